package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `pause`, `resume` and `maintenance`.
final class ModeCommandsTest {
  private static final Event.Finished LIVE =
      new Event.Finished(Optional.of(8), List.of("http://cv.localhost:8080"), Optional.empty());

  @TempDir private Path directory;
  private TestAgent agent;

  @BeforeEach
  void startAgent() throws IOException {
    agent = TestAgent.in(directory.resolve("home"));
    for (var verb : List.of("pause", "resume", "maintenance")) {
      agent.on("POST /v1/apps/staging.cv/" + verb, new Answers.Started("op1", Optional.empty()));
    }
    agent.on(
        "GET /v1/apps/staging.cv/operations/op1/events",
        (_, exchange) -> {
          exchange.stream();
          exchange.line(LIVE);
        });
  }

  @AfterEach
  void stopAgent() throws IOException {
    agent.close();
  }

  @Test
  void theAppIsTheOneThatIsNamedInItsEnvironment() {
    assertThat(call().run("pause", "cv", "--env", "staging").out()).contains("cv is paused");
    assertThat(call().run("pause", "--app", "staging.cv").exit()).isZero();
    assertThat(call().run("resume", "staging.cv").out()).contains("cv takes requests");
    assertThat(agent.asked("POST /v1/apps/staging.cv/pause")).hasSize(2);
    assertThat(agent.asked("POST /v1/apps/staging.cv/resume")).hasSize(1);
  }

  @Test
  void maintenanceIsOnOrOff() {
    assertThat(call().run("maintenance", "on", "staging.cv").out()).contains("is in maintenance");
    assertThat(call().run("maintenance", "off", "staging.cv").out())
        .contains("is not in maintenance");
    assertThat(agent.asked("POST /v1/apps/staging.cv/maintenance"))
        .extracting(TestAgent.Asked::text)
        .satisfiesExactly(
            on -> assertThat(on).contains("\"on\":true"),
            off -> assertThat(off).contains("\"on\":false"));
    assertThat(call().run("maintenance", "maybe", "cv").exit()).isEqualTo(ExitCode.USAGE.code());
  }

  private Call call() {
    return new Call(directory.resolve("home"), directory);
  }
}
