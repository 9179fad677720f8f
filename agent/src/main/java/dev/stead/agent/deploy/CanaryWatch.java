package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.agent.supervisor.Exit;
import dev.stead.agent.supervisor.Instance;
import dev.stead.sdk.ProblemException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Ends a canary whose instances keep ending, so that nobody has to watch it. One virtual thread.
final class CanaryWatch implements AutoCloseable {
  /// An instance that was started again so often is not well.
  static final int RESTARTS_MAX = 3;

  private static final Logger LOG = System.getLogger(CanaryWatch.class.getName());
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Workshop parts;
  private final Ending ending;
  private final Control control = new Control();
  private final Thread thread;

  /// Begins the operation that ends an app's canary.
  interface Ending {
    void begin(String app, String why);
  }

  CanaryWatch(Workshop parts, Ending ending) {
    this.parts = parts;
    this.ending = ending;
    this.thread = Thread.ofVirtual().name("canary watch").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        control.pause(EVERY);
        List.copyOf(parts.records().apps()).forEach(this::look);
      }
    } catch (Control.Abandoned e) {
      // Only close() abandons.
      return;
    }
  }

  private void look(String app) {
    try {
      parts
          .records()
          .live(app)
          .map(Versioned::value)
          .flatMap(Live::canary)
          .flatMap(this::trouble)
          .ifPresent(why -> ending.begin(app, why));
    } catch (ProblemException e) {
      // Another operation may be under way, which can end it as well: the next look tells.
      LOG.log(Level.DEBUG, "cannot end the canary of " + app + ": " + e.getMessage(), e);
    }
  }

  private Optional<String> trouble(Canary canary) {
    return canary.instances().stream().flatMap(each -> trouble(each).stream()).findFirst();
  }

  private Optional<String> trouble(Placement placement) {
    return parts
        .instances()
        .find(placement)
        .filter(found -> found.restarts() >= RESTARTS_MAX)
        .flatMap(Instance::lastExit)
        .map(Exit::explain)
        .map(why -> "abort, since %s keeps ending: %s".formatted(placement.label(), why));
  }

  @Override
  public void close() {
    control.abandon();
  }
}
