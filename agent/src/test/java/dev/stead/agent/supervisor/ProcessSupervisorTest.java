package dev.stead.agent.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Starting, stopping, restarting and explaining instances.
final class ProcessSupervisorTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private Home home;

  @BeforeEach
  void open() throws IOException {
    home = Home.open();
  }

  @AfterEach
  void close() throws IOException {
    home.close();
  }

  @Test
  void runsACommandAndKeepsWhatItPrints() {
    home.supervisor().start(home.spec("web", "echo out; echo err >&2; pwd; exec sleep 100"));

    home.awaitOutput("web", home.work.toString());
    assertThat(home.output("web")).isEqualTo("out\nerr\n" + home.work + "\n");
    assertThat(home.instance("web").running()).isTrue();
    assertThat(home.instance("web").memoryBytes().orElseThrow()).isPositive();
    assertThat(ProcessHandle.of(home.pid("web"))).isPresent();
  }

  @Test
  void aPlainCommandReplacesItsShell() {
    home.supervisor().start(home.spec("web", "sleep 100"));

    Path executable = Path.of("/proc/%d/exe".formatted(home.pid("web")));
    Home.await("sleep to run", () -> Processes.linkTarget(executable).endsWith("/sleep"));
  }

  @Test
  void anIdInUseIsRefused() {
    home.supervisor().start(home.spec("web", "sleep 100"));

    assertThatThrownBy(() -> home.supervisor().start(home.spec("web", "sleep 100")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("instance web is in use");
    assertThatThrownBy(() -> home.supervisor().remove("web"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("stop it before it is removed");
  }

  @Test
  void whatCannotBeLaunchedSaysWhy() {
    InstanceSpec spec =
        new InstanceSpec(
            "web",
            "true",
            home.path.resolve("gone"),
            new TreeMap<>(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            "TERM",
            Duration.ofSeconds(10),
            Home.ACCESS);

    assertThatThrownBy(() -> home.supervisor().start(spec))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot start instance web: its working directory")
        .hasMessageContaining("does not exist");
  }

  @Test
  void stopAsksPolitelyFirst() {
    home.supervisor()
        .start(
            home.spec(
                "web", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
    home.awaitOutput("web", "up");

    home.supervisor().stop("web", LONG);

    assertThat(home.output("web")).endsWith("bye\n");
    assertThat(home.instance("web").state()).isEqualTo(new Instance.State.Stopped());
    assertThat(home.lastExit("web")).isInstanceOf(Exit.Code.class);
  }

  @Test
  void stopSendsTheSignalThatTheAppWants() {
    InstanceSpec spec =
        new InstanceSpec(
            "web",
            "trap 'echo by QUIT; exit 0' QUIT; echo up; while :; do sleep 0.05; done",
            home.work,
            new TreeMap<>(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            "QUIT",
            Duration.ofSeconds(10),
            Home.ACCESS);
    home.supervisor().start(spec);
    home.awaitOutput("web", "up");

    home.supervisor().stop("web", LONG);

    assertThat(home.output("web")).contains("by QUIT");
  }

  @Test
  void stopKillsWhatIgnoresItAfterTheGrace() {
    home.supervisor()
        .start(home.spec("web", "trap '' TERM; echo up; while :; do sleep 0.05; done"));
    home.awaitOutput("web", "up");

    home.supervisor().stop("web", Duration.ofMillis(200));

    assertThat(home.lastExit("web").explain()).isEqualTo("killed by SIGKILL");
  }

  @Test
  void stopEndsGrandchildrenInSessionsOfTheirOwnToo() {
    home.supervisor()
        .start(home.spec("web", "setsid sh -c 'setsid sleep 300 & echo up; wait' & wait"));
    home.awaitOutput("web", "up");
    Home.await("all processes", () -> home.processes().size() >= 4);

    home.supervisor().stop("web", Duration.ofMillis(100));

    assertThat(home.processes()).isEmpty();
  }

  /// The shell ends by the signal at once, the program in it takes its time.
  @Test
  void stopWaitsForTheProgramBelowAShell() {
    home.supervisor()
        .start(
            home.spec(
                "web",
                "sh -c 'trap \"sleep 0.3; echo done; exit\" TERM; echo up; while :; do sleep 0.05;"
                    + " done'; true"));
    home.awaitOutput("web", "up");

    home.supervisor().stop("web", LONG);

    assertThat(home.output("web")).endsWith("done\n");
  }

  @Test
  void aCrashedInstanceStartsAgainAfterABackOffThatGrows() {
    home.supervisor().start(home.spec("web", "echo run; exit 3"));

    for (int crashes = 1; crashes <= 4; crashes++) {
      home.awaitEnd("web");
      Duration wait = Duration.ofSeconds(1L << (crashes - 1));
      Instance.State waiting = new Instance.State.BackingOff(home.clock().instant().plus(wait));
      assertThat(home.instance("web").state()).isEqualTo(waiting);
      assertThat(home.lastExit("web").explain()).isEqualTo("exited with code 3");
      int restarts = crashes;
      home.pass(wait);
      Home.await("restart " + restarts, () -> home.instance("web").restarts() == restarts);
    }
    Home.await("the runs", () -> home.output("web").equals("run\n".repeat(5)));
  }

  @Test
  void theBackOffBeginsAnewAfterASteadyRun() {
    BackOff backOff = new BackOff();

    assertThat(backOff.after(Duration.ZERO)).hasSeconds(1);
    assertThat(backOff.after(Duration.ofSeconds(59))).hasSeconds(2);
    for (int crashes = 0; crashes < 10; crashes++) {
      backOff.after(Duration.ZERO);
    }
    assertThat(backOff.after(Duration.ZERO)).hasSeconds(60);
    assertThat(backOff.after(Duration.ofSeconds(60))).hasSeconds(1);
  }

  @Test
  void aClockThatIsSetBackDoesNotProlongTheBackOff() {
    home.supervisor().start(home.spec("web", "exit 1"));
    home.awaitEnd("web");

    home.pass(Duration.ofDays(-1));

    Home.await("the restart", () -> home.instance("web").restarts() == 1);
  }

  @Test
  void stopWinsOverTheBackOff() {
    home.supervisor().start(home.spec("web", "exit 1"));
    home.awaitEnd("web");

    home.supervisor().stop("web", LONG);

    assertThat(home.instance("web").state()).isEqualTo(new Instance.State.Stopped());
    home.pass(Duration.ofMinutes(5));
    home.supervisor().start(home.spec("web", "echo again; sleep 100"));
    home.awaitOutput("web", "again");
  }

  @Test
  void aRestartThatCannotBeLaunchedIsExplained() throws IOException {
    Path directory = Files.createDirectory(home.path.resolve("release"));
    InstanceSpec spec =
        new InstanceSpec(
            "web",
            "exit 1",
            directory,
            new TreeMap<>(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            "TERM",
            Duration.ofSeconds(10),
            Home.ACCESS);
    home.supervisor().start(spec);
    home.awaitEnd("web");

    Files.delete(directory);
    home.pass(Duration.ofSeconds(1));

    Home.await("the failed restart", () -> home.lastExit("web") instanceof Exit.NotLaunched);
    assertThat(home.lastExit("web").explain())
        .isEqualTo(
            "could not be started: its working directory %s does not exist".formatted(directory));
  }

  @Test
  void exitsAreExplained() throws IOException {
    Path notExecutable = Files.writeString(home.work.resolve("app"), "#!/bin/sh\n");

    assertThat(exitOf("exit 7")).isEqualTo("exited with code 7");
    assertThat(exitOf("no-such-command here"))
        .isEqualTo("exited with code 127: the command was not found");
    assertThat(exitOf(notExecutable.toString()))
        .isEqualTo("exited with code 126: the command cannot be executed");
    assertThat(exitOf("kill -SEGV $$")).isEqualTo("killed by SIGSEGV");
    assertThat(exitOf("ulimit -c unlimited; kill -ABRT $$"))
        .isEqualTo("killed by SIGABRT (core dumped)");
    assertThat(exitOf("true")).contains("though it should keep running");
  }

  private String exitOf(String command) {
    String id = "exit-" + home.supervisor().instances().size();
    home.supervisor().start(home.spec(id, command));
    home.awaitEnd(id);
    return home.lastExit(id).explain();
  }

  @Test
  void whatACrashLeavesBehindIsEndedBeforeTheRestart() {
    home.supervisor().start(home.spec("web", "sleep 300 & echo up; exit 1"));
    home.awaitEnd("web");

    assertThat(home.processes()).isEmpty();
  }

  @Test
  void theEnvironmentIsThatOfTheSpecAndStandsNowhereElse() throws IOException {
    String secret = "s3cr3t-of-the-test";
    home.supervisor()
        .start(
            home.spec(
                "web",
                "env; exec sleep 100",
                Map.of("TOKEN", secret, "PATH", "/nowhere:/usr/bin:/bin"),
                OptionalLong.empty()));
    home.awaitOutput("web", "TOKEN=" + secret);

    assertThat(home.output("web")).contains("PATH=/nowhere:/usr/bin:/bin\n");
    assertThat(home.output("web")).doesNotContain("PIP_", "JAVA_HOME");
    try (var files = Files.list(home.path.resolve("instances/web"))) {
      for (Path file : files.filter(each -> !each.endsWith("output")).toList()) {
        assertThat(file).content().doesNotContain(secret);
      }
    }
    for (Processes.Entry entry : Processes.all()) {
      Path commandLine = Path.of("/proc/%d/cmdline".formatted(entry.number()));
      assertThat(Processes.read(commandLine).orElse("")).doesNotContain(secret);
    }
    assertThat(home.instance("web").spec().toString()).doesNotContain(secret);
  }

  @Test
  void anInstanceHoldsNoFileOfTheAgentAndNoTerminal() {
    home.supervisor().start(home.spec("web", "ls -l /proc/self/fd; exec sleep 100"));
    home.awaitOutput("web", "2 -> ");

    Path descriptors = Path.of("/proc/%d/fd".formatted(home.pid("web")));
    assertThat(Processes.linkTarget(descriptors.resolve("0"))).isEqualTo("/dev/null");
    assertThat(Processes.linkTarget(descriptors.resolve("1"))).endsWith("/web/output");
    assertThat(descriptors.toFile().list()).containsExactlyInAnyOrder("0", "1", "2");
    Processes.Entry entry = Processes.entry(home.pid("web")).orElseThrow();
    assertThat(entry.session()).isEqualTo(entry.number());
  }

  @Test
  void listeningPortsAreThoseOfAllItsProcesses() {
    home.supervisor()
        .start(
            home.spec(
                "web",
                """
                /usr/bin/python3 -uc 'import socket, time
                a = socket.create_server(("127.0.0.1", 0))
                b = socket.create_server(("::1", 0), family=socket.AF_INET6)
                print(a.getsockname()[1], b.getsockname()[1], "up")
                time.sleep(100)'
                true
                """));
    home.awaitOutput("web", "up");

    String[] words = home.output("web").split(" ", -1);
    assertThat(home.supervisor().listeningPorts("web"))
        .containsExactlyInAnyOrder(Integer.valueOf(words[0]), Integer.valueOf(words[1]));
    home.supervisor().start(home.spec("other", "sleep 100"));
    assertThat(home.supervisor().listeningPorts("other")).isEmpty();
  }

  @Test
  void aSpecThatCannotWorkIsRefused() {
    assertThatThrownBy(() -> home.spec("../web", "true"))
        .hasMessageContaining("instance id '../web' must match");
    assertThatThrownBy(() -> home.spec("web", " ")).hasMessage("instance web needs a command");
    assertThatThrownBy(() -> home.spec("web", "true", Map.of(), OptionalLong.of(0)))
        .hasMessageContaining("memory must be positive");
    assertThatThrownBy(() -> Signals.requireKnown("SIGTERM"))
        .hasMessageContaining("a signal is named without SIG");
  }
}
