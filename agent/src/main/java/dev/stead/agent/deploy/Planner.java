package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Variables;
import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.agent.vault.Vault;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppMode;
import dev.stead.sdk.AppName;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import dev.stead.sdk.RolloutConfig.Strategy;
import dev.stead.store.Commit.Mutation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Turns a request into a [Plan]: reads what is live, decides what is to be. Called under the app's
/// lease, so that what was read stays true.
final class Planner {
  private final Workshop parts;
  private final Records records;
  private final Vault vault;
  private final Rollbacks rollbacks;
  private final Canaries canaries;

  Planner(Workshop parts, Vault vault, Rollbacks rollbacks) {
    this.parts = parts;
    this.records = parts.records();
    this.vault = vault;
    this.rollbacks = rollbacks;
    this.canaries = new Canaries(parts, this);
  }

  Canaries canaries() {
    return canaries;
  }

  /// Who wants it, and what they call it.
  record Origin(String app, Kind kind, String actor, String reason, Optional<String> message) {}

  Plan deploy(Origin origin, Requests.Deploy request) {
    var app = origin.app();
    var manifest = parts.bundles().manifest(request.bundle());
    Rules.requireConfig(app, request.config(), manifest);
    Rules.requireHosts(app, request.config(), parts);
    var release =
        new Release(
            records.takeNumber(app),
            request.bundle(),
            parts.bundles().bytes(request.bundle()),
            request.config(),
            records.variables(app),
            secretRevisions(app),
            scale(app, request.config()),
            Install.key(request.config(), manifest),
            origin.actor(),
            parts.clock().instant(),
            origin.reason(),
            origin.message(),
            Records.branch(app));
    return request.canary().isPresent()
        ? canaries.begin(origin, release, request.canary().orElseThrow())
        : roll(origin.kind(), release, false, List.of());
  }

  /// Makes what runs in another environment a release here, with the config of both.
  Plan promote(Origin origin, Requests.Promote request) {
    var app = origin.app();
    var source = AppName.of(app).in(request.from()).toString();
    var promotion = new Promotion(records, source, app);
    var theirs = requireHere(source, requireLive(source).value());
    var merged = promotion.merge(request);
    var manifest = parts.bundles().manifest(theirs.bundle());
    Rules.requireConfig(app, merged.config(), manifest);
    Rules.requireHosts(app, merged.config(), parts);
    if (runs(app, theirs.bundle(), merged)) {
      var note = "%s has all that runs in %s".formatted(app, request.from());
      return new Plan.Store(List.of(promotion.promoted()), List.of(note));
    }
    var release =
        new Release(
            records.takeNumber(app),
            theirs.bundle(),
            theirs.bytes(),
            merged.config(),
            merged.variables(),
            secretRevisions(app),
            scale(app, merged.config()),
            Install.key(merged.config(), manifest),
            origin.actor(),
            parts.clock().instant(),
            origin.reason(),
            Optional.of("%s v%d".formatted(request.from(), theirs.number())),
            Records.branch(app));
    return roll(origin.kind(), release, false, promotion.along(merged));
  }

  /// Whether that is what is live already.
  private boolean runs(String app, String bundle, Promotion.Configured configured) {
    return records
        .live(app)
        .map(Versioned::value)
        .filter(live -> !live.stopped())
        .map(live -> records.liveRelease(app, live))
        .filter(release -> release.bundle().equals(bundle))
        .filter(release -> release.config().equals(configured.config()))
        .filter(release -> release.variables().equals(configured.variables()))
        .isPresent();
  }

  /// Changes the plain variables; where something is live, by a new release of the same bundle.
  Plan env(Origin origin, Requests.Variables request) {
    var app = origin.app();
    var variables = new TreeMap<>(records.variables(app));
    variables.putAll(request.set());
    variables.keySet().removeAll(request.unset());
    var put = Records.put(Keys.env(app), new Variables(variables));
    records.commit(app, origin.actor(), origin.reason(), List.of(put));
    return reissue(origin);
  }

  /// Changes secrets; where something is live, by a new release of the same bundle.
  Plan secrets(Origin origin, Requests.Variables request) {
    var app = origin.app();
    var mutations = new ArrayList<Mutation>();
    request
        .set()
        .forEach(
            (name, value) ->
                mutations.add(
                    Records.putSecret(
                        app,
                        name,
                        vault.encrypt(
                            AppName.of(app).app(), name, value.getBytes(StandardCharsets.UTF_8)))));
    var there = records.secrets(app);
    request.unset().stream()
        .filter(there::containsKey)
        .forEach(name -> mutations.add(new Mutation.Delete(Keys.secret(app, name))));
    if (mutations.isEmpty()) {
      return new Plan.Store(List.of(), List.of("no such secret is set: nothing changes"));
    }
    records.commit(app, origin.actor(), origin.reason(), mutations);
    return reissue(origin);
  }

  /// What is live once more, with the variables and secrets of now.
  private Plan reissue(Origin origin) {
    var app = origin.app();
    return records
        .live(app)
        .map(Versioned::value)
        // What came with a fork takes them up when it is started.
        .filter(live -> !live.stopped() || isHere(app, live))
        .<Plan>map(live -> reissue(origin, live))
        .orElseGet(
            () ->
                new Plan.Store(
                    List.of(), List.of("stored; nothing is live yet that it could change")));
  }

  private Plan reissue(Origin origin, Live before) {
    var app = origin.app();
    var same = records.liveRelease(app, before);
    var release =
        new Release(
            records.takeNumber(app),
            same.bundle(),
            same.bytes(),
            same.config(),
            records.variables(app),
            secretRevisions(app),
            before.scale(),
            same.installKey(),
            origin.actor(),
            parts.clock().instant(),
            origin.reason(),
            origin.message(),
            Records.branch(app));
    var stopped = before.stopped() && origin.kind() != Kind.START;
    return roll(origin.kind(), release, stopped, List.of());
  }

  /// @param along what is stored with the switch
  private Plan roll(Kind kind, Release release, boolean stopped, List<Mutation> along) {
    var app = release.app();
    Rules.requireUsers(release, release.secrets());
    var before = records.live(app);
    var retiring = before.map(found -> found.value().all()).orElse(List.of());
    var counts = stopped ? new TreeMap<String, Integer>() : release.scale();
    var choice = StrategyChoice.choose(release, counts, retiring, parts);
    var starting = parts.instances().place(release, counts);
    var next =
        new Live(
            release.number(),
            before.map(found -> found.value().release()),
            stopped,
            release.scale(),
            release.secrets(),
            starting,
            Optional.empty(),
            false);
    var put = Records.put(Keys.release(app, release.number()), release);
    return Plan.Move.of(kind, before, release, next, choice.strategy())
        .made(List.of(put))
        .storing(along)
        .saying(release.message(), Canaries.notes(before, choice.why().stream().toList()));
  }

  Plan rollback(Origin origin, Requests.Rollback request) {
    return rollbacks.plan(origin, requireLive(origin.app()), request);
  }

  Plan scale(Origin origin, Requests.Scale request) {
    var before = requireLive(origin.app());
    var live = before.value();
    var release = requireHere(origin.app(), live);
    Rules.requireScale(release.config(), request);
    var scale = new TreeMap<>(live.scale());
    scale.putAll(request.instances());
    var wanted = live.stopped() ? new TreeMap<String, Integer>() : scale;
    var all = new ArrayList<Placement>();
    var have = new TreeMap<String, Integer>();
    for (var instance : live.instances()) {
      var count = have.merge(instance.process(), 1, Integer::sum);
      if (count <= wanted.getOrDefault(instance.process(), 0)) {
        all.add(instance);
      }
    }
    var missing = new TreeMap<String, Integer>();
    wanted.forEach(
        (process, count) ->
            missing.put(process, Math.max(0, count - have.getOrDefault(process, 0))));
    var choice = StrategyChoice.choose(release, missing, List.of(), parts);
    missing.forEach(
        (process, count) -> {
          var first = have.getOrDefault(process, 0) + 1;
          for (var number = first; number < first + count; number++) {
            all.add(parts.instances().place(release, process, number));
          }
        });
    var next =
        new Live(
            live.release(),
            live.previous(),
            live.stopped(),
            scale,
            live.secrets(),
            all,
            live.canary(),
            false);
    return move(origin, before, release, next, choice);
  }

  /// New instances of what is live in the place of those that run.
  Plan restart(Origin origin) {
    var before = requireLive(origin.app());
    if (before.value().stopped()) {
      return start(origin);
    }
    return renew(origin, before);
  }

  /// Copies or replaces a volume while nothing of the app runs, then starts the same again.
  Plan volume(Origin origin, String volume) {
    var app = origin.app();
    var before = requireLive(app);
    if (origin.kind() == Kind.RESTORE && !parts.volumes().isReceived(app, volume)) {
      throw new ProblemException(
          Problem.of(
              Code.NOT_FOUND,
              "restoring volume %s of %s".formatted(volume, app),
              "nothing was sent that it could be replaced by"));
    }
    var live = before.value();
    var release = requireHere(app, live);
    var scale = live.stopped() ? new TreeMap<String, Integer>() : live.scale();
    var next =
        new Live(
            live.release(),
            live.previous(),
            live.stopped(),
            live.scale(),
            live.secrets(),
            parts.instances().place(release, scale),
            Optional.empty(),
            false);
    return Plan.Move.of(origin.kind(), Optional.of(before), release, next, Strategy.HOLD)
        .with(volume)
        .saying(Optional.of("volume " + volume), Canaries.notes(Optional.of(before), List.of()));
  }

  Plan stop(Origin origin) {
    var before = requireLive(origin.app());
    var live = before.value();
    if (live.stopped()) {
      return new Plan.Store(List.of(), List.of(origin.app() + " is stopped already"));
    }
    var release = records.liveRelease(origin.app(), live);
    var choice = new StrategyChoice(Strategy.ROLLING, Optional.empty());
    return move(origin, before, release, live.atRest(), choice);
  }

  Plan start(Origin origin) {
    var before = requireLive(origin.app());
    if (before.value().asleep()) {
      return wake(origin);
    }
    if (!before.value().stopped()) {
      return new Plan.Store(List.of(), List.of(origin.app() + " runs already"));
    }
    if (isHere(origin.app(), before.value())) {
      return renew(origin, before);
    }
    var forked = records.liveRelease(origin.app(), before.value());
    Rules.requireHosts(origin.app(), forked.config(), parts);
    return reissue(origin, before.value());
  }

  /// Stops what only requests need, until one comes.
  Plan sleep(Origin origin) {
    var before = requireLive(origin.app());
    var live = before.value();
    if (live.stopped() || live.asleep() || live.canary().isPresent()) {
      return new Plan.Store(List.of(), List.of(origin.app() + " cannot sleep now"));
    }
    var release = records.liveRelease(origin.app(), live);
    var choice = new StrategyChoice(Strategy.ROLLING, Optional.empty());
    return move(origin, before, release, live.dozing(), choice);
  }

  Plan wake(Origin origin) {
    var before = requireLive(origin.app());
    var live = before.value();
    if (!live.asleep()) {
      return new Plan.Store(List.of(), List.of(origin.app() + " is awake already"));
    }
    var release = records.liveRelease(origin.app(), live);
    var count = Map.of(AppConfig.WEB, Math.max(1, live.scale().getOrDefault(AppConfig.WEB, 1)));
    var choice = StrategyChoice.choose(release, count, List.of(), parts);
    var web = parts.instances().place(release, count);
    return move(origin, before, release, live.awake(web), choice);
  }

  Plan pause(Origin origin) {
    return turn(origin, AppMode.PAUSED);
  }

  /// Opens the app, whatever kept its requests from it.
  Plan resume(Origin origin) {
    return turn(origin, AppMode.OPEN);
  }

  Plan maintenance(Origin origin, boolean on) {
    var app = origin.app();
    if (!on && records.mode(app) == AppMode.PAUSED) {
      var note = "%s is paused, which stays so until it is resumed".formatted(app);
      return new Plan.Store(List.of(), List.of(note));
    }
    return turn(origin, on ? AppMode.MAINTENANCE : AppMode.OPEN);
  }

  private Plan turn(Origin origin, AppMode to) {
    var app = origin.app();
    requireLive(app);
    var from = records.mode(app);
    if (from == to) {
      return new Plan.Store(List.of(), List.of("%s is %s already".formatted(app, to.word())));
    }
    return new Plan.Turn(origin, from, to, List.of());
  }

  private Plan renew(Origin origin, Versioned<Live> before) {
    var live = before.value();
    var release = records.liveRelease(origin.app(), live);
    var choice = StrategyChoice.choose(release, live.scale(), live.instances(), parts);
    var starting = parts.instances().place(release, live.scale());
    var next =
        new Live(
            live.release(),
            live.previous(),
            false,
            live.scale(),
            live.secrets(),
            starting,
            live.canary(),
            false);
    return move(origin, before, release, next, choice);
  }

  /// A move that makes no new release.
  private static Plan.Move move(
      Origin origin, Versioned<Live> before, Release release, Live next, StrategyChoice choice) {
    return Plan.Move.of(origin.kind(), Optional.of(before), release, next, choice.strategy())
        .saying(Optional.empty(), choice.why().stream().toList());
  }

  /// Whether what is live was ever made ready to run in this environment: what came with a fork was
  /// not.
  private boolean isHere(String app, Live live) {
    return parts.pruning().kept(app).contains(live.release());
  }

  /// The live release, when it can run as it is.
  Release requireHere(String app, Live live) {
    if (!isHere(app, live)) {
      throw noRelease(
          app,
          "v%d came with the fork and was never started here: start it, or deploy, first"
              .formatted(live.release()));
    }
    return records.liveRelease(app, live);
  }

  private Versioned<Live> requireLive(String app) {
    return records.live(app).orElseThrow(() -> noRelease(app, "nothing of it is live"));
  }

  /// What `stead scale` said stays, unless the number in stead.toml was changed since.
  SortedMap<String, Integer> scale(String app, AppConfig config) {
    var live = records.live(app).map(Versioned::value);
    var scale = new TreeMap<String, Integer>();
    config
        .processes()
        .forEach(
            (name, process) -> {
              var kept =
                  live.filter(
                          found -> {
                            var old =
                                records.liveRelease(app, found).config().processes().get(name);
                            return old != null && old.instances() == process.instances();
                          })
                      .map(found -> found.scale().get(name));
              scale.put(name, kept.orElse(process.instances()));
            });
    return scale;
  }

  private SortedMap<String, Long> secretRevisions(String app) {
    var revisions = new TreeMap<String, Long>();
    records.secrets(app).forEach((name, entry) -> revisions.put(name, entry.revision()));
    return revisions;
  }

  static ProblemException noRelease(String app, String why) {
    return new ProblemException(Problem.of(Code.NO_RELEASE, "using a release of " + app, why));
  }
}
