package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Answers.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoctorTest {
  @TempDir Path home;
  @TempDir Path directory;

  @Test
  void whatIsWrongIsPrintedWithItsFixAndEndsWithOne() throws IOException {
    var down = Finding.bad("app cv", "cv-v1-web-1 does not run", "See `stead logs`.");

    var call = doctor(answer(Instant.now(), List.of(Finding.good("edge", "it listens"), down)));

    assertThat(call.exit()).isEqualTo(1);
    assertThat(call.out())
        .contains("✓ edge    it listens\n")
        .contains("✗ app cv  cv-v1-web-1 does not run\n          fix: See `stead logs`.\n")
        .endsWith("1 thing is wrong\n");
  }

  @Test
  void aSoundServerEndsWithZero() throws IOException {
    var call = doctor(answer(Instant.now(), List.of(Finding.doubtful("disk", "10 %", "Free."))));

    assertThat(call.exit()).as(call.out()).isZero();
    assertThat(call.out()).endsWith("nothing is wrong, 1 may go wrong\n");
  }

  @Test
  void clocksThatAreApartAreFound() throws IOException {
    var call = doctor(answer(Instant.now().minus(Duration.ofMinutes(5)), List.of()));

    assertThat(call.exit()).isEqualTo(1);
    assertThat(call.out())
        .containsPattern("✗ clocks +this machine's and the agent's are (299|300)");
  }

  @Test
  void hostsAreLookedUpFromHere() throws IOException {
    var hosts = new TreeMap<>(Map.of("cv", List.of("localhost", "nowhere.invalid", "*.cv.org")));
    var answer = new Answers.Doctor("x", Instant.now(), List.of(), List.of("127.0.0.1"), hosts);

    var call = doctor(answer);

    assertThat(call.out())
        .contains("✓ dns localhost        it leads to this server")
        .contains("✗ dns nowhere.invalid  it has no address, so nobody reaches app cv by it")
        .contains("fix: Give it an A or AAAA record that names 127.0.0.1.")
        .doesNotContain("*.cv.org");
  }

  @Test
  void withoutAnAgentItSaysSoAsAFinding() {
    var call = new Call(home, directory).run("doctor", "--json");

    assertThat(call.exit()).isEqualTo(3);
    assertThat(call.out()).contains("\"level\":\"BAD\"", "\"about\":\"agent\"", "A-AGENT-DOWN");
  }

  private Call doctor(Answers.Doctor answer) throws IOException {
    try (var agent = TestAgent.in(home)) {
      var edge = new Answers.EdgeStatus(true, 1, 80, 443, Optional.empty());
      var disk = new Answers.DiskUse(1, 1, 0, 0, 0);
      agent.on(
          "GET /v1/status",
          new Answers.Status("x", Instant.now(), edge, disk, List.of(), List.of()));
      agent.on("GET /v1/doctor", answer);
      return new Call(home, directory).run("doctor");
    }
  }

  private static Answers.Doctor answer(Instant now, List<Finding> findings) {
    return new Answers.Doctor("x", now, findings, List.of(), new TreeMap<>());
  }
}
