package dev.stead.agent.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of instances when the agent ends, is killed, and is started again.
final class AdoptionTest {
  static final String COUNTER =
      "echo \"up $WORD\"; n=0; while :; do n=$((n+1)); echo tick $n; sleep 0.02; done";

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
  void anInstanceOutlivesTheSupervisorAndIsAdopted() {
    InstanceSpec spec = withWord("web", COUNTER, "first");
    home.supervisor().start(spec);
    home.awaitOutput("web", "up first");
    long pid = home.pid("web");

    home.reopen();

    assertThat(home.pid("web")).isEqualTo(pid);
    assertThat(home.instance("web").spec().environment()).isEmpty();
    int length = home.output("web").length();
    Home.await("more output", () -> home.output("web").length() > length);
    home.supervisor().adopt(spec);
    assertThat(home.pid("web")).isEqualTo(pid);
    assertThat(home.instance("web").spec()).isEqualTo(spec);
  }

  @Test
  void anAdoptedInstanceStartsAgainWithItsEnvironment() {
    InstanceSpec spec = withWord("web", COUNTER, "secret");
    home.supervisor().start(spec);
    home.awaitOutput("web", "up secret");
    home.reopen();
    home.supervisor().adopt(spec);

    kill(home.pid("web"));

    home.awaitEnd("web");
    assertThat(home.lastExit("web").explain()).isEqualTo("killed by SIGKILL");
    home.pass(Duration.ofSeconds(1));
    Home.await(
        "the restart", () -> home.output("web").lines().filter("up secret"::equals).count() == 2);
    Home.await("the count", () -> home.instance("web").restarts() == 1);
  }

  @Test
  void withoutAdoptionItIsNotStartedAgain() {
    home.supervisor().start(home.spec("web", "sleep 100"));
    home.reopen();

    kill(home.pid("web"));

    home.awaitEnd("web");
    assertThat(home.instance("web").state()).isEqualTo(new Instance.State.Stopped());
    assertThat(home.lastExit("web")).isInstanceOf(Exit.Signal.class);
  }

  @Test
  void withoutAdoptionItCanBeStopped() {
    home.supervisor().start(home.spec("web", "sleep 100"));
    home.reopen();

    home.supervisor().stop("web", Duration.ofSeconds(20));

    assertThat(home.instance("web").state()).isEqualTo(new Instance.State.Stopped());
    assertThat(home.processes()).isEmpty();
  }

  @Test
  void anEndThatNobodyWatchedIsKnownAllTheSame() throws IOException {
    home.supervisor()
        .start(home.spec("web", "echo waits; until [ -e gate ]; do sleep 0.02; done; exit 9"));
    home.awaitOutput("web", "waits");
    home.supervisor().close();

    Files.createFile(home.work.resolve("gate"));
    Home.await("the exit", () -> Files.exists(home.path.resolve("instances/web/exit")));
    home.reopen();

    assertThat(home.instance("web").state()).isEqualTo(new Instance.State.Stopped());
    assertThat(home.lastExit("web").explain()).isEqualTo("exited with code 9");
    home.supervisor().adopt(home.spec("web", "echo anew; sleep 100"));
    home.awaitOutput("web", "anew");
  }

  @Test
  void restartsAndTheLastExitAreRemembered() {
    home.supervisor().start(home.spec("web", "exit 4"));
    home.awaitEnd("web");
    home.pass(Duration.ofSeconds(1));
    Home.await("the restart", () -> home.instance("web").restarts() == 1);
    home.awaitEnd("web");

    home.reopen();

    assertThat(home.instance("web").restarts()).isEqualTo(1);
    assertThat(home.lastExit("web").explain()).isEqualTo("exited with code 4");
  }

  @Test
  void anInstanceWhoseShimIsKilledIsStillWatched() {
    InstanceSpec spec = home.spec("web", COUNTER);
    home.supervisor().start(spec);
    home.awaitOutput("web", "tick");
    kill(shimOf("web"));
    Home.await("the shim's end", () -> Processes.entry(shimOf("web")).isEmpty());

    home.reopen();
    assertThat(home.instance("web").running()).isTrue();
    home.supervisor().adopt(spec);
    kill(home.pid("web"));

    home.awaitEnd("web");
    assertThat(home.lastExit("web")).isInstanceOf(Exit.Unknown.class);
    home.pass(Duration.ofSeconds(1));
    Home.await("the restart", () -> home.instance("web").restarts() == 1);
  }

  @Test
  void aSignalToTheShimDoesNotEndTheInstance() throws Exception {
    home.supervisor().start(home.spec("web", COUNTER));
    home.awaitOutput("web", "tick");

    Signals.send("TERM", List.of(shimOf("web")));
    Signals.send("HUP", List.of(shimOf("web")));

    int length = home.output("web").length();
    Home.await("more output", () -> home.output("web").length() > length);
    kill(home.pid("web"));
    home.awaitEnd("web");
    assertThat(home.lastExit("web").explain()).isEqualTo("killed by SIGKILL");
  }

  @Test
  void anInstanceOutlivesAnAgentKilledByForce() throws Exception {
    home.supervisor().close();
    Process agent = agent();
    assertThat(agent.inputReader().readLine()).isEqualTo("started");
    Home.await("the task", () -> Files.exists(home.work.resolve("task-runs")));

    agent.destroyForcibly().waitFor();
    int processes = home.processes().size();
    home.reopen();

    assertThat(home.instance("web").running()).isTrue();
    home.supervisor().adopt(withWord("web", COUNTER, "killed"));
    assertThat(home.output("web")).contains("up killed");
    // The instance and its shim, or its sleep as well; the task is gone.
    assertThat(home.processes()).hasSizeLessThan(processes);
    assertThat(home.processes()).hasSizeBetween(2, 3);
  }

  /// An agent killed between starting a shim and knowing of it: the late shim finds its permission
  /// withdrawn.
  @Test
  void aShimThatComesTooLateStartsNothing() throws Exception {
    home.supervisor().start(home.spec("web", "exit 1"));
    home.awaitEnd("web");
    Path directory = home.path.resolve("instances/web");
    String run = Files.readString(directory.resolve("run")).strip();

    home.reopen();
    int status =
        new ProcessBuilder(
                "setsid",
                "/bin/sh",
                home.path.resolve("shim.sh").toString(),
                directory.toString(),
                run,
                "echo late >> " + home.work.resolve("late"))
            .start()
            .waitFor();

    assertThat(status).isZero();
    assertThat(directory.resolve("exit")).hasContent("125");
    assertThat(home.work.resolve("late")).doesNotExist();
  }

  @Test
  void aStrangerWithTheSameNumberIsLeftAlone() throws IOException {
    home.supervisor().start(home.spec("web", "sleep 100"));
    home.supervisor().stop("web", Duration.ZERO);
    home.supervisor().close();
    Path directory = home.path.resolve("instances/web");
    String run = Files.readString(directory.resolve("run")).strip();
    long own = ProcessHandle.current().pid();
    Files.writeString(directory.resolve("pid"), "%s %d 1 %d 1\n".formatted(run, own, own));

    home.reopen();

    assertThat(home.instance("web").state()).isEqualTo(new Instance.State.Stopped());
    assertThat(home.lastExit("web")).isInstanceOf(Exit.Unknown.class);
  }

  @Test
  void afterARebootNothingIsTakenForRunning() throws IOException {
    InstanceSpec spec = home.spec("web", COUNTER);
    home.supervisor().start(spec);
    home.supervisor().stop("web", Duration.ZERO);
    home.supervisor().close();
    Processes.Entry own = Processes.entry(ProcessHandle.current().pid()).orElseThrow();
    Files.writeString(
        home.path.resolve("instances/web/pid"),
        "7@another-boot %1$d %2$d %1$d %2$d\n".formatted(own.number(), own.startTime()));

    home.reopen();

    assertThat(home.lastExit("web").explain()).startsWith("ended unseen (the machine was rebooted");
    home.supervisor().adopt(spec);
    home.awaitOutput("web", "tick");
  }

  @Test
  void aLaunchCutOffBeforeItsSpecWasWrittenLeavesNothing() throws IOException {
    home.supervisor().close();
    Files.createDirectories(home.path.resolve("instances/torn"));

    home.reopen();

    assertThat(home.supervisor().instances()).isEmpty();
    assertThat(home.path.resolve("instances/torn")).doesNotExist();
  }

  @Test
  void filesThatAPowerCutLeftHalfWrittenDoNotStopTheAgent() throws IOException {
    home.supervisor().start(home.spec("web", "exit 3"));
    home.awaitEnd("web");
    home.supervisor().start(home.spec("torn", "sleep 100"));
    home.supervisor().stop("torn", Duration.ZERO);
    home.supervisor().close();
    for (String name : List.of("past.json", "run", "pid", "exit")) {
      Files.writeString(home.path.resolve("instances/web").resolve(name), "");
    }
    Files.writeString(home.path.resolve("instances/torn/spec.json"), "{\"command\":");

    home.reopen();

    assertThat(home.supervisor().instance("torn")).isEmpty();
    home.supervisor().adopt(home.spec("web", "echo again; sleep 100"));
    home.awaitOutput("web", "again");
  }

  private InstanceSpec withWord(String id, String command, String word) {
    return home.spec(id, command, Map.of("WORD", word), OptionalLong.empty());
  }

  private long shimOf(String id) {
    String[] words =
        Processes.read(home.path.resolve("instances").resolve(id).resolve("pid"))
            .orElseThrow()
            .split(" ", -1);
    return Long.parseLong(words[3]);
  }

  private static void kill(long process) {
    ProcessHandle.of(process).orElseThrow().destroyForcibly();
  }

  /// Another JVM with a supervisor of this home.
  private Process agent() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            OtherAgent.class.getName(),
            home.path.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
