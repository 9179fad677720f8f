package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.sdk.HttpConfig.Liveness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks the `web` instances of one app, round after round, whether they are alive, and has one that
/// failed too often started anew. The next round begins once that one is back or its start timeout
/// is over: however many are not alive, one at a time is away. Nothing is asked, and nothing that
/// was heard before counts, while an operation is under way.
///
/// Of one thread; the instances are asked at the same time, each on another.
final class LivenessRounds {
  private final Workshop parts;
  private final String app;
  private final Control control;

  /// By instance.
  private final Map<String, Pulse> pulses = new HashMap<>();

  LivenessRounds(Workshop parts, String app, Control control) {
    this.parts = parts;
    this.app = app;
    this.control = control;
  }

  /// An instance that serves and is to be asked.
  record Subject(Placement placement, Release release, Liveness liveness) {
    String id() {
      return placement.id();
    }

    int port() {
      return placement.port().orElseThrow();
    }
  }

  /// A subject that runs.
  private record Beat(Subject subject, Pulse pulse) {}

  /// Those of an app: of what is live, and of the canary.
  static List<Subject> subjects(Workshop parts, String app) {
    return parts.records().live(app).map(Versioned::value).stream()
        .flatMap(live -> Gate.ofWeb(live.all()).stream())
        .flatMap(each -> subject(parts, app, each).stream())
        .toList();
  }

  private static Optional<Subject> subject(Workshop parts, String app, Placement placement) {
    return parts
        .records()
        .release(app, placement.release())
        .flatMap(
            release ->
                release
                    .config()
                    .http()
                    .checks()
                    .liveness()
                    .map(liveness -> new Subject(placement, release, liveness)));
  }

  /// Returns when no instance is to be asked any more.
  void run() {
    for (var all = subjects(parts, app); !all.isEmpty(); all = subjects(parts, app)) {
      control.pause(shortestInterval(all));
      round();
    }
  }

  private static Duration shortestInterval(List<Subject> subjects) {
    return subjects.stream()
        .map(subject -> subject.liveness().interval())
        .min(Duration::compareTo)
        .orElseThrow();
  }

  private void round() {
    if (parts.records().underWay(app).isPresent()) {
      pulses.clear();
      return;
    }
    var beats = beats();
    Together.each("liveness " + app, beats, LivenessRounds::ask);
    control.check();
    beats.stream()
        .filter(beat -> beat.pulse().hasFailed(beat.subject().liveness().failures()))
        .findFirst()
        .ifPresent(beat -> restart(beat, beats));
  }

  private List<Beat> beats() {
    var beats = new ArrayList<Beat>();
    for (var subject : subjects(parts, app)) {
      parts
          .instances()
          .pid(subject.placement())
          .ifPresent(pid -> beats.add(new Beat(subject, pulse(subject, pid))));
    }
    pulses.keySet().retainAll(beats.stream().map(beat -> beat.subject().id()).toList());
    return beats;
  }

  private Pulse pulse(Subject subject, long pid) {
    var known = pulses.get(subject.id());
    if (known != null && known.isOf(pid)) {
      return known;
    }
    var fresh = new Pulse(pid);
    pulses.put(subject.id(), fresh);
    return fresh;
  }

  private static void ask(Beat beat) {
    var subject = beat.subject();
    if (beat.pulse().hasHad(subject.release().config().rollout().startTimeout())) {
      var answer =
          Probe.of(subject.liveness(), subject.release().config().http()).ask(subject.port());
      beat.pulse().hear(answer, subject.port());
    }
  }

  private void restart(Beat ill, List<Beat> beats) {
    var release = ill.subject().placement().release();
    var others =
        beats.stream()
            .filter(beat -> beat.subject().placement().release() == release)
            .anyMatch(beat -> !beat.pulse().fails());
    var restart = new LivenessRestart(parts, app, ill.subject(), control);
    if (others) {
      restart.runDrained(ill.pulse().verdict());
    } else {
      restart.run(ill.pulse().verdict());
    }
  }
}
