package dev.stead.agent;

import dev.stead.agent.bundle.SampleBundle;
import dev.stead.sdk.Answers;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppConfig.SystemConfig;
import dev.stead.sdk.Client;
import dev.stead.sdk.Event;
import dev.stead.sdk.HttpConfig;
import dev.stead.sdk.ProcessConfig;
import dev.stead.sdk.Requests;
import dev.stead.sdk.RolloutConfig;
import dev.stead.sdk.RolloutConfig.Strategy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An app of one worker that prints a line ten times a second.
final class Ticker {
  static final String APP = "ticker";

  private static final String COMMAND =
      "n=0; while :; do n=$((n + 1)); echo tick $n of $(cat name); sleep 0.1; done";

  private Ticker() {}

  static SampleBundle bundle() {
    return SampleBundle.of("name", "ticker\n");
  }

  static AppConfig config() {
    return new AppConfig(
        APP,
        Optional.empty(),
        new TreeMap<>(Map.of("worker", ProcessConfig.of(COMMAND))),
        Optional.empty(),
        HttpConfig.DEFAULTS,
        new RolloutConfig(
            Strategy.AUTO, Duration.ofSeconds(10), Duration.ofMillis(50), Duration.ofSeconds(10)),
        Optional.empty(),
        new TreeMap<>(),
        SystemConfig.NONE,
        new TreeMap<>(),
        new TreeMap<>());
  }

  /// Uploads and begins to deploy it.
  static Answers.Started begin(Client client) throws IOException {
    var bundle = bundle();
    client.announce(bundle.id(), bundle.zstd());
    client.chunks(bundle.frames());
    return client.deploy(
        APP,
        new Requests.Deploy(
            bundle.id(), config(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  /// Makes it live.
  ///
  /// @return every event of that
  static List<Event> deploy(Client client) throws IOException {
    var events = new ArrayList<Event>();
    client.events(APP, begin(client).operation(), 0, events::add);
    if (!(events.getLast() instanceof Event.Finished finished) || finished.problem().isPresent()) {
      throw new AssertionError(events);
    }
    return events;
  }

  /// The process id of its instance, once that runs.
  static long pid(Client client) {
    var found = new long[1];
    Home.until("the ticker runs", () -> (found[0] = pidNow(client)) > 0);
    return found[0];
  }

  private static long pidNow(Client client) {
    try {
      return client.app(APP).instances().stream()
          .flatMap(instance -> instance.pid().stream())
          .findFirst()
          .orElse(0L);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
