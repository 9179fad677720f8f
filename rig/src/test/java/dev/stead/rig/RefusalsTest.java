package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Outcome;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What is refused, and that the refusal says why and what to do.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RefusalsTest {
  private static final int USAGE = 2;
  private static final int NO_AGENT = 3;

  private final Stead stead = Stead.fresh();
  private final Project sample = Project.copyOf("rig/apps/good");

  @BeforeAll
  void start() {
    stead.up(sample);
  }

  @AfterAll
  void end() {
    try (stead;
        sample) {
      stead.down();
    }
  }

  @Test
  void upTwiceIsHarmless() throws IOException {
    var agent = stead.agentPid();
    stead.run(sample, "up", "--detach").succeeded().says("already", "port " + stead.port());
    assertThat(stead.agentPid()).isEqualTo(agent);
    assertThat(stead.get("sample", "/").status()).isEqualTo(200);
  }

  @Test
  void aPortThatIsTakenIsNamedWithItsOwnerAndAnotherOneOffered() throws IOException {
    try (var other = Stead.fresh();
        var taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(other.port()));
      var outcome =
          other.run(sample, "up", "--detach", "--port", Integer.toString(other.port())).failed();
      outcome.says(
          "C-PORT-TAKEN",
          "port " + other.port() + " is taken by process " + ProcessHandle.current().pid(),
          "stead up --port");
      assertThat(other.processes()).isEmpty();
    }
  }

  @Test
  void withoutAnAgentTheWayToStartOneIsNamed() {
    try (var other = Stead.fresh()) {
      var outcome = other.run(sample, "status").says("A-AGENT-DOWN", "stead up");
      assertThat(outcome.exit()).isEqualTo(NO_AGENT);
    }
  }

  @Test
  void everyMistakeInASteadTomlIsNamedAtOnceWithItsLine() {
    var outcome =
        refused(
            """
            app = "sample"
            [process.web]
            comand = "python3 app.py"
            memory = "lots"
            [http]
            helth = "/up"
            """);
    outcome.says("stead.toml:3", "'command'", "stead.toml:4", "lots", "stead.toml:6", "'health'");
    assertThat(outcome.exit()).isEqualTo(USAGE);
  }

  @Test
  void aMisspelledCommandIsAnsweredWithTheNearest() {
    assertThat(stead.run(sample, "deplooy").says("did you mean 'deploy'").exit()).isEqualTo(USAGE);
  }

  @Test
  void moreMemoryThanThereIs() {
    refusedWith("[process.web]", "[process.web]\nmemory = \"4000G\"")
        .says("D-NO-MEMORY", "4096000 MiB", "is free");
  }

  @Test
  void aProcessorFeatureThatIsMissing() {
    refusedWith("[http]", "[system]\ncpu-features = [\"flux9\"]\n[http]")
        .says("D-NO-CPU-FEATURE", "flux9");
  }

  @Test
  void aSystemPackageThatIsMissing() {
    refusedWith("[http]", "[system]\npackages = [\"no-such-package\"]\n[http]")
        .says("D-NO-PACKAGE", "no-such-package");
  }

  @Test
  void aHostThatAnotherAppServes() {
    refusedWith(
            "app = \"sample\"",
            "app = \"thief\"",
            "[http]",
            "[http]\nhosts = [\"sample.localhost\"]")
        .says("D-HOST-TAKEN", "sample", "sample.localhost");
  }

  @Test
  void aReleaseThatNeverWas() {
    stead.run(sample, "rollback", "v99").failed().says("D-NO-RELEASE", "v99", "stead releases");
  }

  @Test
  void aCodeThatIsUnknown() {
    stead.run("explain", "D-NO-SUCH-THING").failed().says("D-NO-SUCH-THING");
  }

  private Outcome refusedWith(String... textsAndReplacements) {
    var config = sample.read("stead.toml");
    for (var i = 0; i < textsAndReplacements.length; i += 2) {
      config = config.replace(textsAndReplacements[i], textsAndReplacements[i + 1]);
    }
    return refused(config);
  }

  private Outcome refused(String config) {
    try (var wrong = Project.copyOf("rig/apps/good")) {
      wrong.write("stead.toml", config);
      return stead.run(wrong, "deploy").failed();
    }
  }
}
