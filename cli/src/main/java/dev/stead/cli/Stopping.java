package dev.stead.cli;

import dev.stead.cli.local.Home;
import dev.stead.cli.local.Keeper;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// The end of Stead on this machine: the agent stops every app and itself, then keeper and edge
/// end. Where no agent answers, its instances are ended by signals, too.
final class Stopping {
  /// How long the apps may take, each with its own stop-timeout.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration AFTER_TERM = Duration.ofSeconds(15);

  private final Surroundings surroundings;
  private final Home home;

  Stopping(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.home = surroundings.home();
  }

  /// Whether there was anything to stop.
  enum Found {
    NOTHING,
    STOPPED
  }

  /// Stops all and waits until it is gone.
  Found run() throws IOException {
    var keeper = new Keeper(home);
    var processes = keeper.processes();
    boolean asked = askAgent();
    if (asked) {
      Keeper.awaitEnd(processes, PATIENCE);
    }
    // What is left did not hear of it: a keeper without an agent, or an agent that hangs.
    keeper.end(AFTER_TERM);
    int instances = asked ? 0 : keeper.endInstances(AFTER_TERM);
    return asked || instances > 0 || !processes.isEmpty() ? Found.STOPPED : Found.NOTHING;
  }

  /// Whether an agent has ended every instance. One that hangs is asked for so long only: its
  /// socket takes the question and never answers.
  private boolean askAgent() throws IOException {
    var ended = new AtomicBoolean();
    var asking = Thread.ofVirtual().name("ask-agent").start(() -> ended.set(agentEndsAll()));
    try {
      asking.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Stead stopped", e);
    }
    return ended.get();
  }

  private boolean agentEndsAll() {
    try {
      surroundings.client().shutdown();
      return true;
    } catch (IOException e) {
      // No agent to ask; what else runs of this home is ended by signals.
      return false;
    }
  }
}
