package dev.stead.agent.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stead.agent.supervisor.Limits.Enforcement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Memory and processor limits, in each way of enforcing them that this machine has.
final class LimitsTest {
  private static final OptionalLong LIMIT = OptionalLong.of(48 << 20);

  /// Takes 160 MiB, 2 at a time, and stays.
  private static final String GREEDY =
      """
      exec /usr/bin/python3 -c '
      import time
      taken = []
      for _ in range(80):
          taken.append(b"x" * (2 << 20))
          time.sleep(0.005)
      print("fed", flush=True)
      time.sleep(100)'
      """;

  @Test
  void controlGroupsEndWhatTakesTooMuch() throws IOException {
    try (Home home = groups()) {
      endsWhatTakesTooMuch(home);
    }
  }

  @Test
  void theWatchEndsWhatTakesTooMuch() throws IOException {
    try (Home home = Home.watched()) {
      assertThat(home.supervisor().limits().explain())
          .isEqualTo("memory limits: watched, cpu limits: not enforced");
      endsWhatTakesTooMuch(home);
    }
  }

  private static void endsWhatTakesTooMuch(Home home) {
    home.supervisor().start(home.spec("greedy", GREEDY, Map.of(), LIMIT));
    home.supervisor().start(home.spec("free", GREEDY));

    home.awaitEnd("greedy");
    assertThat(home.lastExit("greedy")).isInstanceOf(Exit.OutOfMemory.class);
    assertThat(home.lastExit("greedy").explain()).startsWith("out of memory: limit 48 MiB, peak ");
    home.awaitOutput("free", "fed");
    assertThat(home.instance("free").memoryBytes().orElseThrow()).isGreaterThan(150 << 20);
  }

  /// The kernel picks the child; the instance as a whole is no longer what it was.
  @Test
  void controlGroupsEndTheWholeInstanceForAChild() throws IOException {
    try (Home home = groups()) {
      endsTheWholeInstanceForAChild(home);
    }
  }

  @Test
  void theWatchEndsTheWholeInstanceForAChild() throws IOException {
    try (Home home = Home.watched()) {
      endsTheWholeInstanceForAChild(home);
    }
  }

  private static void endsTheWholeInstanceForAChild(Home home) {
    String command = "(\n%s\n) & trap '' TERM; while :; do sleep 0.05; done".formatted(GREEDY);
    home.supervisor().start(home.spec("web", command, Map.of(), LIMIT));

    home.awaitEnd("web");

    assertThat(home.lastExit("web")).isInstanceOf(Exit.OutOfMemory.class);
    assertThat(home.processes()).isEmpty();
  }

  @Test
  void aLaterCrashIsNotTakenForLackOfMemory() throws IOException {
    try (Home home = groups()) {
      String command = "[ -e seen ] && exit 3\ntouch seen\n" + GREEDY;
      home.supervisor().start(home.spec("web", command, Map.of(), LIMIT));
      home.awaitEnd("web");

      home.pass(Duration.ofSeconds(1));

      Home.await("the other exit", () -> home.lastExit("web") instanceof Exit.Code);
    }
  }

  @Test
  void memoryThatRanOutElsewhereIsNotBlamedOnTheLimit() throws IOException {
    OptionalLong peak = OptionalLong.of(10 << 20);

    try (Home home = Home.watched()) {
      Exit exit = LiveRun.outOfMemory(home.clock().instant(), LIMIT, peak);
      assertThat(exit.explain())
          .isEqualTo("out of memory: the machine had none left, its own peak was 10 MiB");
    }
  }

  @Test
  void aProcessorLimitHolds() throws IOException {
    try (Home home = groups()) {
      assumeTrue(home.supervisor().limits().cpu() != Enforcement.NONE, "no cpu controller here");
      home.supervisor()
          .start(
              new InstanceSpec(
                  "busy",
                  "while :; do :; done",
                  home.work,
                  new TreeMap<>(),
                  OptionalInt.empty(),
                  OptionalLong.empty(),
                  OptionalDouble.of(0.1),
                  "TERM",
                  Duration.ofSeconds(10),
                  Home.ACCESS));

      Path group = ControlGroups.open(home.path).cpu().orElseThrow().resolve("busy");
      Home.await("throttling", () -> throttled(group) > 0);
    }
  }

  private static long throttled(Path group) {
    return Processes.read(group.resolve("cpu.stat")).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("nr_throttled "))
        .mapToLong(line -> Long.parseLong(line.split(" ", -1)[1]))
        .sum();
  }

  @Test
  void limitsHoldOnAfterTheSupervisorIsOpenedAgain() throws IOException {
    try (Home home = groups()) {
      String command = "until [ -e gate ]; do sleep 0.02; done\n" + GREEDY;
      home.supervisor().start(home.spec("web", command, Map.of(), LIMIT));
      home.reopen();

      Files.createFile(home.work.resolve("gate"));

      home.awaitEnd("web");
      assertThat(home.lastExit("web")).isInstanceOf(Exit.OutOfMemory.class);
    }
  }

  private static Home groups() throws IOException {
    Home home = Home.open();
    if (home.supervisor().limits().memory() == Enforcement.WATCHED) {
      home.close();
      assumeTrue(false, "Stead may not make control groups on this machine");
    }
    return home;
  }
}
