package dev.stead.agent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.agent.supervisor.Access;
import dev.stead.agent.supervisor.ProcessSupervisor;
import dev.stead.agent.supervisor.TaskSpec;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunsTest {
  @TempDir Path home;

  @Test
  void aRunThatNobodyComesToReadIsEnded() throws Exception {
    try (var supervisor = ProcessSupervisor.open(home, InstantSource.system());
        var runs = new Runs(supervisor, Duration.ofMillis(300))) {
      var run = runs.start(spec("echo $$ > pid; exec sleep 1000")).run();
      var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (pidAlive()) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(5_000_000);
      }

      assertThatThrownBy(() -> runs.input(run, InputStream.nullInputStream()))
          .hasMessageContaining("A-NOT-FOUND: using run " + run);
    }
  }

  @Test
  void closingEndsEveryRun() throws Exception {
    try (var supervisor = ProcessSupervisor.open(home, InstantSource.system())) {
      var runs = new Runs(supervisor, Duration.ofMinutes(1));
      runs.start(spec("echo $$ > pid; exec sleep 1000"));
      while (!Files.exists(home.resolve("pid")) || Files.size(home.resolve("pid")) == 0) {
        LockSupport.parkNanos(5_000_000);
      }

      runs.close();

      assertThat(pidAlive()).isFalse();
    }
  }

  // True also while it has not begun.
  private boolean pidAlive() throws Exception {
    var file = home.resolve("pid");
    if (!Files.exists(file) || Files.size(file) == 0) {
      return true;
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).isPresent();
  }

  private TaskSpec spec(String script) {
    return new TaskSpec(
        List.of("sh", "-c", script),
        home,
        new TreeMap<>(),
        OptionalLong.empty(),
        Optional.empty(),
        new Access("cv", List.of()));
  }
}
