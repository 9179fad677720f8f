package dev.stead.agent.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Instances that run but are not alive: each is ended, and started again.
final class VerdictTest {
  private static final String ANSWER = "GET /alive was not answered within 5 s";
  private static final Verdict NEVER_ALIVE = new Verdict(ANSWER, Duration.ZERO);

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
  void itIsEndedPolitelyAndStartedAgainAndSaysWhy() {
    home.supervisor()
        .start(
            home.spec(
                "web", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
    home.supervisor().start(home.spec("other", "sleep 100"));
    home.awaitOutput("web", "up");
    long other = home.pid("other");

    home.supervisor().restart("web", NEVER_ALIVE);

    home.awaitEnd("web");
    assertThat(home.output("web")).endsWith("bye\n");
    assertThat(home.lastExit("web").explain()).isEqualTo("ended since it was not alive: " + ANSWER);
    home.reopen();
    assertThat(home.lastExit("web")).as("written down").isInstanceOf(Exit.NotAlive.class);
    assertThat(home.pid("other")).isEqualTo(other);
  }

  @Test
  void whatIgnoresTheSignalIsKilledAfterItsStopTimeout() {
    home.supervisor()
        .start(
            new InstanceSpec(
                "web",
                "trap '' TERM; echo up; while :; do sleep 0.05; done",
                home.work,
                new TreeMap<>(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                "TERM",
                Duration.ofMillis(200),
                Home.ACCESS));
    home.awaitOutput("web", "up");

    home.supervisor().restart("web", NEVER_ALIVE);

    home.awaitEnd("web");
    home.pass(Duration.ofSeconds(1));
    Home.await("the next run", () -> home.instance("web").restarts() == 1);
  }

  @Test
  void theTimeThatItHungDoesNotShortenTheBackOff() {
    home.supervisor().start(home.spec("web", "echo up; exec sleep 100"));

    for (int restarts = 1; restarts <= 3; restarts++) {
      restart(NEVER_ALIVE, Duration.ofSeconds(1L << (restarts - 1)), restarts);
    }
    restart(new Verdict(ANSWER, Duration.ofSeconds(60)), Duration.ofSeconds(1), 4);
  }

  /// After a long run.
  private void restart(Verdict why, Duration wait, int restarts) {
    home.pass(Duration.ofMinutes(5));
    home.supervisor().restart("web", why);
    home.awaitEnd("web");
    assertThat(home.instance("web").state())
        .isEqualTo(new Instance.State.BackingOff(home.clock().instant().plus(wait)));
    home.pass(wait);
    Home.await("restart " + restarts, () -> home.instance("web").restarts() == restarts);
  }

  @Test
  void oneThatDoesNotRunIsLeftAlone() {
    home.supervisor().start(home.spec("web", "exit 3"));
    home.awaitEnd("web");

    home.supervisor().restart("web", NEVER_ALIVE);
    home.supervisor().restart("nobody", NEVER_ALIVE);

    assertThat(home.lastExit("web").explain()).isEqualTo("exited with code 3");
    home.supervisor().stop("web", Duration.ZERO);
    home.supervisor().restart("web", NEVER_ALIVE);
    assertThat(home.instance("web").state()).isEqualTo(new Instance.State.Stopped());
  }

  @Test
  void aStopWinsOverIt() {
    home.supervisor()
        .start(home.spec("web", "trap '' TERM; echo up; while :; do sleep 0.05; done"));
    home.awaitOutput("web", "up");

    home.supervisor().restart("web", NEVER_ALIVE);
    home.supervisor().stop("web", Duration.ZERO);

    assertThat(home.instance("web").state()).isEqualTo(new Instance.State.Stopped());
    assertThat(home.lastExit("web").explain()).isEqualTo("killed by SIGKILL");
  }
}
