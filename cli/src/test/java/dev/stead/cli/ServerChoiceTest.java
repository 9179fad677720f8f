package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Answers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which agent a command talks to. Names under `.invalid` have no address (RFC 6761), so that the
/// real `ssh` says which one it was given.
final class ServerChoiceTest {
  @TempDir private Path directory;

  @Test
  void theOptionGoesOverTheVariableAndThatOverTheFile() throws IOException {
    file("file.invalid");
    assertThat(call().run("releases").err()).contains("file.invalid", "C-SSH-UNKNOWN-HOST");
    assertThat(call().env("STEAD_SERVER", "variable.invalid").run("releases").err())
        .contains("connecting to variable.invalid");
    var call = call().env("STEAD_SERVER", "variable.invalid");
    assertThat(call.run("releases", "-s", "root@option.invalid").err())
        .contains("connecting to root@option.invalid");
    assertThat(call.exit()).isEqualTo(ExitCode.NO_AGENT.code());
  }

  @Test
  void localIsThisMachineWhateverTheDefault() throws IOException {
    file("file.invalid");
    try (var agent = TestAgent.in(directory.resolve("home"))) {
      agent.on("GET /v1/apps/cv/releases", new Answers.Releases(List.of()));
      assertThat(call().run("releases", "-s", "local").exit()).isZero();
      assertThat(agent.asked()).hasSize(1);
    }
  }

  @Test
  void anOptionInDisguiseIsRefused() {
    var call = call().run("status", "--server=-oProxyCommand=touch x");
    assertThat(call.exit()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void everyCommandThatTalksToAnAgentHasTheOption() {
    for (var command :
        List.of("deploy", "rollback", "releases", "status", "logs", "history", "run", "console")) {
      assertThat(call().run(command, "--help").out()).as(command).contains("--server");
    }
    for (var command :
        List.of(
            "scale",
            "restart",
            "stop",
            "start",
            "pause",
            "resume",
            "maintenance",
            "env list",
            "secret set")) {
      assertThat(call().run((command + " --help").split(" ")).out())
          .as(command)
          .contains("--server");
    }
  }

  @Test
  void unseedAsksForTheNameAndTakesNoOther() {
    var call =
        call().with(Terminal.Feature.PROMPTS).typing("other\n").run("unseed", "ada@shop.invalid");
    assertThat(call.out()).contains("Type shop.invalid");
    assertThat(call.err()).contains("C-NOT-CONFIRMED");
    assertThat(call().run("unseed", "shop.invalid").err()).contains("nobody could be asked");
  }

  private void file(String server) throws IOException {
    Files.writeString(
        directory.resolve("stead.toml"),
        "app = \"cv\"\n[server]\ndefault = \"%s\"\n".formatted(server));
  }

  private Call call() {
    return new Call(directory.resolve("home"), directory)
        .env("XDG_RUNTIME_DIR", directory.toString());
  }
}
