package dev.stead.agent.supervisor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Commands that are run once.
final class TaskTest {
  private static final Optional<TaskSpec.Terminal> TERMINAL =
      Optional.of(new TaskSpec.Terminal(93, 37));

  private Home home;

  @BeforeEach
  void open() throws IOException {
    home = Home.open();
  }

  @AfterEach
  void close() throws IOException {
    home.close();
  }

  private Task run(Optional<TaskSpec.Terminal> terminal, String... command) {
    return home.supervisor()
        .run(
            new TaskSpec(
                List.of(command),
                home.work,
                new TreeMap<>(Map.of("TOKEN", "s3cr3t", "PATH", "/usr/bin:/bin")),
                OptionalLong.of(64 << 20),
                terminal,
                Home.ACCESS));
  }

  @Test
  void streamsAreApartAndTheExitCodePassesThrough() throws Exception {
    try (Task task =
        run(Optional.empty(), "sh", "-c", "cat; echo \"$0 $TOKEN\" >&2; exit 5", "a b")) {
      task.input().write("hello".getBytes(UTF_8));
      task.input().close();

      assertThat(new String(task.output().readAllBytes(), UTF_8)).isEqualTo("hello");
      assertThat(new String(task.errorOutput().readAllBytes(), UTF_8)).isEqualTo("a b s3cr3t\n");
      assertThat(task.await())
          .isInstanceOfSatisfying(Exit.Code.class, exit -> assertThat(exit.code()).isEqualTo(5));
    }
  }

  @Test
  void aCommandThatIsNotThereEndsWith127() throws Exception {
    try (Task task = run(Optional.empty(), "no-such-command")) {
      assertThat(task.await().explain()).contains("127");
      assertThat(new String(task.errorOutput().readAllBytes(), UTF_8)).contains("not found");
    }
  }

  @Test
  void aTerminalHasItsSizeAndTheExitCodePassesThrough() throws Exception {
    try (Task task = run(TERMINAL, "sh", "-c", "tty; stty size; echo \"it's $TOKEN\"; exit 6")) {
      String printed = new String(task.output().readAllBytes(), UTF_8);

      assertThat(printed).contains("/dev/pts/", "37 93\r\n", "it's s3cr3t");
      assertThat(task.await())
          .isInstanceOfSatisfying(Exit.Code.class, exit -> assertThat(exit.code()).isEqualTo(6));
      assertThat(task.errorOutput().readAllBytes()).isEmpty();
    }
  }

  @Test
  void aTerminalIsTypedIntoAndResized() throws Exception {
    // A signal that is trapped ends a `read`: columns and rows may come as two of them.
    String script =
        "trap 'stty size' WINCH; echo up; read a; echo got $a; read b || read b || read b";
    try (Task task = run(TERMINAL, "sh", "-c", script)) {
      BufferedReader lines = new BufferedReader(new InputStreamReader(task.output(), UTF_8));
      assertThat(lines.readLine()).isEqualTo("up");
      task.input().write("word\n".getBytes(UTF_8));
      task.input().flush();
      assertThat(lines.readLine()).isEqualTo("word");
      assertThat(lines.readLine()).isEqualTo("got word");

      task.resize(new TaskSpec.Terminal(101, 41));

      // Columns and rows come one after the other: "37 101" is seen, too.
      assertThat(lines.lines().anyMatch("41 101"::equals)).isTrue();
    }
  }

  @Test
  void controlCReachesTheCommandInATerminal() throws Exception {
    try (Task task =
        run(
            TERMINAL,
            "sh",
            "-c",
            "trap 'echo interrupted; exit 7' INT; echo up; while :; do sleep 0.05; done")) {
      BufferedReader lines = new BufferedReader(new InputStreamReader(task.output(), UTF_8));
      assertThat(lines.readLine()).isEqualTo("up");
      task.input().write(3);
      task.input().flush();

      assertThat(lines.readLine()).contains("interrupted");
      assertThat(task.await().explain()).isEqualTo("exited with code 7");
    }
  }

  @Test
  void whatATaskLeavesBehindEndsWithIt() throws Exception {
    try (Task task =
        run(Optional.empty(), "sh", "-c", "setsid sleep 300 > /dev/null 2>&1 & exit 0")) {
      assertThat(task.await()).isInstanceOf(Exit.Code.class);
      assertThat(home.processes()).isEmpty();
    }
  }

  @Test
  void closingATaskEndsAllItsProcesses() throws Exception {
    Task task = run(Optional.empty(), "sh", "-c", "sleep 300 & touch up; wait");
    awaitFile("up");

    task.close();

    assertThat(home.processes()).isEmpty();
    assertThat(task.await().explain()).isEqualTo("killed by SIGTERM");
  }

  @Test
  void closingATaskOnATerminalEndsItsShell() throws Exception {
    Task task = run(TERMINAL, "sh", "-i", "-c", "touch up; sleep 300; true");
    awaitFile("up");

    task.close();

    assertThat(home.processes()).isEmpty();
  }

  @Test
  void closingTheSupervisorEndsItsTasks() throws Exception {
    Task task = run(Optional.empty(), "sh", "-c", "touch up; sleep 300");
    awaitFile("up");

    home.reopen();

    assertThat(home.processes()).isEmpty();
    assertThat(task.await()).isInstanceOf(Exit.Signal.class);
  }

  @Test
  void aTaskThatTakesTooMuchMemoryIsEnded() throws Exception {
    try (Task task =
        run(
            Optional.empty(),
            "/usr/bin/python3",
            "-c",
            "b'x' * (160 << 20)\nimport time\ntime.sleep(100)")) {
      assertThat(task.await().explain()).startsWith("out of memory: limit 64 MiB");
    }
  }

  @Test
  void theEnvironmentStandsOnNoCommandLine() throws Exception {
    try (Task task = run(TERMINAL, "sh", "-c", "touch up; sleep 300")) {
      awaitFile("up");
      for (long process : home.processes()) {
        Path commandLine = Path.of("/proc/%d/cmdline".formatted(process));
        assertThat(Processes.read(commandLine).orElse("")).doesNotContain("s3cr3t");
      }
      assertThat(task.toString()).doesNotContain("s3cr3t");
    }
  }

  private void awaitFile(String name) {
    Home.await(name, () -> Files.exists(home.work.resolve(name)));
  }
}
