package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.agent.supervisor.Exit;
import dev.stead.agent.supervisor.Instance;
import dev.stead.sdk.Answers.Finding;
import dev.stead.sdk.Answers.Volume;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/// What is well and what is not with the apps, and with the memory they need. Asks every instance
/// its health check, all at the same time.
final class Checkup {
  /// An instance that ended within this time is not well, even when it runs again.
  private static final Duration LATELY = Duration.ofHours(1);

  private static final int VOLUME_PERCENT_FULL = 90;

  private final Workshop parts;
  private final Records records;
  private final Storage storage;

  Checkup(Workshop parts, Storage storage) {
    this.parts = parts;
    this.storage = storage;
    this.records = parts.records();
  }

  List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    findings.add(memory());
    var byApp = new ConcurrentSkipListMap<String, List<Finding>>();
    Together.each("checkup", List.copyOf(records.apps()), app -> byApp.put(app, of(app)));
    byApp.values().forEach(findings::addAll);
    storage.list().stream().flatMap(volume -> of(volume).stream()).forEach(findings::add);
    return findings;
  }

  SortedMap<String, List<String>> hosts() {
    var hosts = new TreeMap<String, List<String>>();
    for (var app : records.apps()) {
      records
          .live(app)
          .map(live -> Hosts.named(app, records.liveRelease(app, live.value()).config()))
          .filter(named -> !named.isEmpty())
          .ifPresent(named -> hosts.put(app, named));
    }
    return hosts;
  }

  Set<String> certifiedHosts() {
    var hosts = new TreeSet<String>();
    for (var app : records.apps()) {
      hosts.addAll(certifiedHosts(app));
    }
    return hosts;
  }

  Set<String> certifiedHosts(String app) {
    return records
        .live(app)
        .map(live -> records.liveRelease(app, live.value()))
        .map(release -> Set.copyOf(parts.hosts().certified(release)))
        .orElse(Set.of());
  }

  /// Where an app can be asked whether a host that no app names is to get a certificate.
  List<URI> certificatesAsk() {
    return records.apps().stream()
        .flatMap(app -> records.live(app).stream().flatMap(live -> asks(app, live.value())))
        .toList();
  }

  private Stream<URI> asks(String app, Live live) {
    var ask = parts.hosts().ask(app, records.liveRelease(app, live).config());
    return ask.stream()
        .flatMap(
            path ->
                live.instances().stream()
                    .flatMap(instance -> instance.port().stream())
                    .map(port -> URI.create("http://127.0.0.1:" + port + path)));
  }

  private Finding memory() {
    var free = parts.machine().availableMemoryBytes() >> 20;
    if (free == 0) {
      return Finding.bad(
          "memory",
          "none is left for new instances: every deploy will be refused or held",
          "`stead status` shows what each instance uses; stop or scale down what is not needed.");
    }
    return Finding.good("memory", free + " MiB are free for new instances");
  }

  private List<Finding> of(String app) {
    var about = "app " + app;
    var live = records.live(app).map(Versioned::value);
    if (live.isEmpty()) {
      return List.of(Finding.good(about, "nothing of it is live"));
    }
    var now = live.orElseThrow();
    var title = "v" + now.release();
    if (now.stopped()) {
      return List.of(Finding.good(about, title + " is stopped"));
    }
    var release = records.liveRelease(app, now);
    var findings = new ArrayList<Finding>();
    if (Files.notExists(parts.instances().directory(release))) {
      findings.add(
          Finding.bad(
              about,
              "the files of %s are gone from %s"
                  .formatted(title, parts.instances().directory(release)),
              "Deploy it again."));
    }
    for (var placement : now.instances()) {
      of(release, placement).ifPresent(findings::add);
    }
    now.canary().ifPresent(canary -> findings.addAll(of(app, canary)));
    if (now.asleep()) {
      findings.add(Finding.good(about, title + " is asleep until the next request"));
    }
    mode(app).ifPresent(findings::add);
    if (findings.isEmpty()) {
      var count = now.instances().size();
      findings.add(
          Finding.good(
              about, "%s serves, %d instance%s".formatted(title, count, count == 1 ? "" : "s")));
    }
    return findings;
  }

  private List<Finding> of(String app, Canary canary) {
    var release = records.release(app, canary.release()).orElseThrow();
    var bad = canary.instances().stream().flatMap(each -> of(release, each).stream()).toList();
    var good =
        Finding.good(
            "app " + app,
            "v%d is a canary for %d %% of its visitors"
                .formatted(canary.release(), canary.percent()));
    return bad.isEmpty() ? List.of(good) : bad;
  }

  /// What somebody may have forgotten to end.
  private Optional<Finding> mode(String app) {
    var about = "app " + app;
    return switch (records.mode(app)) {
      case OPEN -> Optional.empty();
      case PAUSED ->
          Optional.of(
              Finding.doubtful(
                  about,
                  "it is paused: its requests wait at the edge, and are refused after a minute",
                  "`stead resume --app %s` lets them pass.".formatted(app)));
      case MAINTENANCE ->
          Optional.of(
              Finding.doubtful(
                  about,
                  "it is in maintenance: its requests are turned away",
                  "`stead maintenance off --app %s` ends that.".formatted(app)));
    };
  }

  /// How full a volume with a size is.
  private static Optional<Finding> of(Volume volume) {
    if (volume.bytesMax().isEmpty()) {
      return Optional.empty();
    }
    var max = volume.bytesMax().orElseThrow();
    var about = "volume %s of %s".formatted(volume.name(), volume.app());
    var text =
        "%d of %d MiB are used%s"
            .formatted(
                volume.bytesUsed() >> 20,
                max >> 20,
                volume.enforced() ? "" : "; its size is watched, not enforced");
    var fix =
        "Delete from it, or raise size under [volumes.%s] and deploy.".formatted(volume.name());
    if (volume.bytesUsed() >= max) {
      return Optional.of(Finding.bad(about, text, fix));
    }
    return Optional.of(
        volume.bytesUsed() >= max / 100 * VOLUME_PERCENT_FULL
            ? Finding.doubtful(about, text, fix)
            : Finding.good(about, text));
  }

  /// What is wrong with an instance.
  private Optional<Finding> of(Release release, Placement placement) {
    var app = release.app();
    var about = "app " + app;
    var logs = "See `stead logs --app %s --lines 50`".formatted(app);
    var instance = parts.instances().find(placement);
    var why = instance.flatMap(Instance::lastExit).map(Exit::explain).orElse("no cause is known");
    if (!instance.map(Instance::running).orElse(false)) {
      return Optional.of(
          Finding.bad(
              about,
              "%s does not run: %s".formatted(placement.id(), why),
              logs + "; then `stead restart --app %s`.".formatted(app)));
    }
    if (placement.port().isPresent()) {
      var answer = new Readiness(parts.instances(), release).ask(placement);
      var bad =
          switch (answer) {
            case Probe.Answer.Ready _ -> Optional.<String>empty();
            case Probe.Answer.Closed _ -> Optional.of("nothing listens on its port");
            case Probe.Answer.Bad(var text) -> Optional.of(text);
          };
      if (bad.isPresent()) {
        return Optional.of(
            Finding.bad(
                about, "%s runs, but %s".formatted(placement.id(), bad.orElseThrow()), logs + "."));
      }
    }
    return instance
        .filter(found -> found.restarts() > 0 && endedLately(found))
        .map(
            found ->
                Finding.doubtful(
                    about,
                    "%s was started again %s, after this end: %s"
                        .formatted(placement.id(), times(found.restarts()), why),
                    logs + "."));
  }

  private static String times(int count) {
    return count == 1 ? "once" : count + " times";
  }

  private boolean endedLately(Instance instance) {
    var since = parts.clock().instant().minus(LATELY);
    return instance.lastExit().filter(exit -> exit.at().isAfter(since)).isPresent();
  }
}
