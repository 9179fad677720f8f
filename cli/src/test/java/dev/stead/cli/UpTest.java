package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.cli.Terminal.Feature;
import dev.stead.cli.local.Home;
import dev.stead.cli.local.Keeper;
import dev.stead.cli.local.Port;
import dev.stead.cli.local.Settings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starting and stopping: the real keeper, with shell programs in the place of agent and edge.
final class UpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Says that it runs, and ends with 0 once the home has a file `stop`.
  private static final String PROGRAM =
      """
      #!/bin/sh
      echo "started $$"
      trap 'exit 143' TERM
      until [ -e "$2/stop" ]; do sleep 0.05; done
      exit 0
      """;

  @TempDir private Path directory;
  private Path home;
  private Path distribution;
  private Keeper keeper;

  @BeforeEach
  void makeDistribution() throws IOException {
    home = directory.resolve("home");
    distribution = directory.resolve("dist");
    keeper = new Keeper(new Home(home));
    Files.createDirectories(distribution.resolve("bin"));
    program("agent", PROGRAM);
    program("edge", PROGRAM);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    keeper.end(PATIENCE);
    assertThat(keeper.processes()).isEmpty();
  }

  @Test
  void theKeeperStartsAgainWhatDies() throws IOException {
    keeper.start(distribution);
    for (var program : List.of("agent", "edge")) {
      long first = running(program);
      ProcessHandle.of(first).ifPresent(ProcessHandle::destroyForcibly);
      long began = System.nanoTime();
      Eventually.until(
          program + " is another process", () -> pid(program) != first && alive(program));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
      assertThat(home.resolve(program + ".log"))
          .content()
          .contains("started " + first, "ended with 137 and is started again");
    }
  }

  @Test
  void anAgentThatEndsWithZeroEndsAll() throws IOException {
    var process = keeper.start(distribution);
    running("agent");
    running("edge");
    Files.createFile(home.resolve("stop"));
    assertThat(Keeper.awaitEnd(List.of(process.toHandle()), PATIENCE)).isEmpty();
    Eventually.until("nothing runs", () -> keeper.processes().isEmpty());
    assertThat(home.resolve("keeper.pid")).doesNotExist();
  }

  @Test
  void aHomeHasOneKeeperOnly() throws Exception {
    keeper.start(distribution);
    long agent = running("agent");
    assertThat(keeper.start(distribution).waitFor()).isEqualTo(Keeper.ANOTHER_KEEPS);
    assertThat(pid("agent")).isEqualTo(agent);
  }

  @Test
  void theLoopsGoOnKeepingWhenTheirShellIsKilled() throws Exception {
    var process = keeper.start(distribution);
    long agent = running("agent");
    running("edge");
    process.destroyForcibly().waitFor();
    ProcessHandle.of(agent).ifPresent(ProcessHandle::destroyForcibly);
    Eventually.until("the agent is back", () -> pid("agent") != agent && alive("agent"));
    assertThat(keeper.start(distribution).waitFor()).isEqualTo(Keeper.ANOTHER_KEEPS);
    Files.createFile(home.resolve("stop"));
    Eventually.until("nothing runs", () -> keeper.processes().isEmpty());
  }

  @Test
  void aLogThatHasGrownLargeIsPutAside() throws IOException {
    Files.createDirectories(home);
    Files.write(home.resolve("edge.log"), new byte[9 << 20]);
    keeper.start(distribution);
    running("edge");
    assertThat(home.resolve("edge.log.1")).hasSize(9 << 20);
    assertThat(home.resolve("edge.log")).content().startsWith("started ");
  }

  @Test
  void downEndsWhatRunsAndIsHarmlessTwice() throws IOException {
    keeper.start(distribution);
    running("agent");
    running("edge");
    assertThat(call().run("down").out()).startsWith("Stead and its apps have stopped");
    assertThat(keeper.processes()).isEmpty();
    var again = call().run("down");
    assertThat(again.exit()).isZero();
    assertThat(again.out()).startsWith("Nothing runs here");
  }

  @Test
  void aKeeperEndedAtAnyMomentOfItsStartLeavesNothing() throws Exception {
    for (int wait = 0; wait < 30; wait++) {
      var process = keeper.start(distribution);
      process.waitFor(wait, TimeUnit.MILLISECONDS);
      process.destroy();
      assertThat(Keeper.awaitEnd(List.of(process.toHandle()), PATIENCE)).isEmpty();
      Eventually.until("nothing runs", () -> keeper.processes().isEmpty());
    }
  }

  @Test
  void downEndsInstancesThatADeadAgentLeft() throws Exception {
    var ours = instance(home);
    var strangers = instance(directory.resolve("another"));
    try {
      assertThat(call().run("down").out()).startsWith("Stead and its apps have stopped");
      assertThat(ours.isAlive()).isFalse();
      assertThat(strangers.isAlive()).isTrue();
    } finally {
      ours.destroyForcibly();
      strangers.destroyForcibly();
    }
  }

  private static Process instance(Path ofHome) throws IOException {
    var builder = new ProcessBuilder("sleep", "60");
    builder.environment().put("STEAD_SHIM", ofHome.resolve("instances/cv-7-web-1").toString());
    return builder.start();
  }

  @Test
  void aTakenPortIsRefusedWithItsHolderAndAnotherPort() throws IOException {
    project();
    try (var taken = new ServerSocket(0)) {
      var call = call().run("up", "--detach", "--port", "" + taken.getLocalPort());
      assertThat(call.exit()).isEqualTo(1);
      assertThat(call.err())
          .contains(
              "C-PORT-TAKEN",
              "port %d is taken by process %d ("
                  .formatted(taken.getLocalPort(), ProcessHandle.current().pid()))
          .containsPattern("fix:  Run `stead up --port \\d+`, or end that program");
      var other = new Port(taken.getLocalPort()).nextFree().orElseThrow();
      assertThat(other).isGreaterThan(taken.getLocalPort());
      assertThat(new Port(other).refusal()).isEmpty();
    }
    assertThat(home.resolve("settings.json")).doesNotExist();
  }

  @Test
  void httpsIsServedWhereSomebodyAskedForItAndWhatTheUserWroteIsKept() throws IOException {
    project();
    Files.createDirectories(home.resolve("keeper.lock"));
    int tls = freePort();
    Files.writeString(home.resolve("settings.json"), "{\"connections-max\":2000}");
    call().run("up", "--detach", "--port", "" + freePort());
    assertThat(Settings.read(new Home(home)).httpsPort()).isEmpty();
    call().run("up", "--detach", "--https-port", "" + tls);
    call().run("up", "--detach");
    var kept = Settings.read(new Home(home));
    assertThat(kept.httpsPort()).contains(tls);
    assertThat(kept.connectionsMax()).contains(2000);
    try (var taken = new ServerSocket(0)) {
      var call = call().run("up", "--detach", "--https-port", "" + taken.getLocalPort());
      assertThat(call.err()).contains("C-PORT-TAKEN", "serving https", "--https-port");
    }
  }

  @Test
  void nothingIsStartedForAProjectWithProblems() throws IOException {
    Files.writeString(directory.resolve("stead.toml"), "ap = 1\n");
    assertThat(call().run("up", "--detach").exit()).isEqualTo(2);
    assertThat(keeper.processes()).isEmpty();
  }

  @Test
  void aKeeperThatCannotStartIsNamedWithItsLog() throws IOException {
    project();
    Files.createDirectories(home.resolve("keeper.lock"));
    var call = call().run("up", "--detach", "--port", "" + freePort());
    assertThat(call.exit()).isEqualTo(1);
    assertThat(call.err())
        .contains("C-NOT-STARTED", "starting the keeper", "agent.log:", "keeper.lock");
  }

  /// Below the range that the system takes ports for connections from: a connection of the test
  /// beside this one cannot get it.
  private static int freePort() throws IOException {
    int from = RandomGenerator.getDefault().nextInt(10_000, 16_000);
    return new Port(from).nextFree().orElseThrow();
  }

  @Test
  void initAsksOnATerminalAndWritesWithoutOne() throws IOException {
    Files.writeString(directory.resolve("index.html"), "<p>");
    var refused = call().with(Feature.PROMPTS).typing("n\n");
    assertThat(new Initialising(refused.surroundings()).offered(directory)).isFalse();
    assertThat(refused.out()).contains("looks like a static site. Write one? [Y/n]");
    assertThat(directory.resolve("stead.toml")).doesNotExist();
    var silent = call();
    assertThat(new Initialising(silent.surroundings()).offered(directory)).isTrue();
    assertThat(directory.resolve("stead.toml")).content().contains("[static]");
  }

  @Test
  void initRefusesToOverwriteAndSaysWhatItLookedFor() throws IOException {
    assertThat(call().run("init").err())
        .contains("C-UNKNOWN-PROJECT", "looked for: package.json", "looked for: Procfile");
    Files.writeString(directory.resolve("index.html"), "<p>");
    assertThat(call().run("init").exit()).isZero();
    assertThat(call().run("init").err()).contains("C-FILE-EXISTS", "--force");
    assertThat(call().run("init", "--force").exit()).isZero();
  }

  private void project() throws IOException {
    Files.writeString(
        directory.resolve("stead.toml"), "app = \"cv\"\n[process.web]\ncommand = \"serve\"\n");
  }

  private void program(String name, String text) throws IOException {
    var file = distribution.resolve("bin/stead-" + name);
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /// Waits until a program has said so itself: its process id is there before it runs.
  private long running(String program) {
    Eventually.until(
        program + " runs",
        () -> alive(program) && log(program).contains("started " + pid(program)));
    return pid(program);
  }

  private String log(String program) {
    try {
      return Files.readString(home.resolve(program + ".log"));
    } catch (IOException e) {
      return "";
    }
  }

  private boolean alive(String program) {
    long pid = pid(program);
    return pid > 0 && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  private long pid(String program) {
    try {
      var text = Files.readString(home.resolve(program + ".pid")).strip();
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (IOException e) {
      return 0;
    }
  }

  private Call call() {
    return new Call(home, directory).from(distribution);
  }
}
