package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.agent.supervisor.Exit;
import dev.stead.agent.supervisor.Instance;
import dev.stead.sdk.ProblemException;
import dev.stead.store.Derived;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Ends a canary whose instances keep ending, so that nobody has to watch it.
final class CanaryWatch {
  /// An instance that was started again so often is not well.
  static final int RESTARTS_MAX = 3;

  private static final Logger LOG = System.getLogger(CanaryWatch.class.getName());
  static final Duration EVERY = Duration.ofSeconds(1);

  private final Workshop parts;
  private final Ending ending;
  private final Derived<Map<String, Canary>> canaries;

  /// Begins the operation that ends an app's canary.
  interface Ending {
    void begin(String app, String why);
  }

  CanaryWatch(Workshop parts, Ending ending) {
    this.parts = parts;
    this.ending = ending;
    this.canaries = parts.records().derived(this::canaries);
  }

  void look() {
    canaries.get().forEach(this::look);
  }

  private Map<String, Canary> canaries() {
    var records = parts.records();
    var found = new TreeMap<String, Canary>();
    for (var app : List.copyOf(records.apps())) {
      records
          .live(app)
          .map(Versioned::value)
          .flatMap(Live::canary)
          .ifPresent(canary -> found.put(app, canary));
    }
    return found;
  }

  private void look(String app, Canary canary) {
    try {
      trouble(canary).ifPresent(why -> ending.begin(app, why));
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
}
