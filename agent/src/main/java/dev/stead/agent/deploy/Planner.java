package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Variables;
import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.agent.vault.Vault;
import dev.stead.sdk.AppConfig;
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

  Planner(Workshop parts, Vault vault) {
    this.parts = parts;
    this.records = parts.records();
    this.vault = vault;
  }

  /// Who wants it, and what they call it.
  record Origin(String app, Kind kind, String actor, String reason, Optional<String> message) {}

  Plan deploy(Origin origin, Requests.Deploy request) {
    var app = origin.app();
    var manifest = parts.bundles().manifest(request.bundle());
    Rules.requireConfig(app, request.config(), manifest);
    Rules.requireHosts(request.config(), records, parts.hosts());
    var release =
        new Release(
            nextNumber(app),
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
            origin.message());
    return roll(origin.kind(), release, false);
  }

  /// Changes the plain variables; where something is live, by a new release of the same bundle.
  Plan env(Origin origin, Requests.Variables request) {
    var app = origin.app();
    var variables = new TreeMap<>(records.variables(app));
    variables.putAll(request.set());
    variables.keySet().removeAll(request.unset());
    var put = Records.put(Records.envKey(app), new Variables(variables));
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
                        vault.encrypt(app, name, value.getBytes(StandardCharsets.UTF_8)))));
    var there = records.secrets(app);
    request.unset().stream()
        .filter(there::containsKey)
        .forEach(name -> mutations.add(new Mutation.Delete(Records.secretKey(app, name))));
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
        .<Plan>map(found -> reissue(origin, found.value()))
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
            nextNumber(app),
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
            origin.message());
    return roll(origin.kind(), release, before.stopped());
  }

  private Plan roll(Kind kind, Release release, boolean stopped) {
    var app = release.config().app();
    var before = records.live(app);
    var retiring = before.map(found -> found.value().instances()).orElse(List.of());
    var counts = stopped ? new TreeMap<String, Integer>() : release.scale();
    var choice = StrategyChoice.choose(release, counts, retiring, parts);
    var starting = place(release, counts);
    var next =
        new Live(
            release.number(),
            before.map(found -> found.value().release()),
            stopped,
            release.scale(),
            release.secrets(),
            starting);
    var put = Records.put(Records.releaseKey(app, release.number()), release);
    return new Plan.Move(
        kind,
        before,
        release,
        true,
        next,
        choice.strategy(),
        List.of(put),
        List.of(),
        Optional.empty(),
        choice.why().stream().toList());
  }

  Plan rollback(Origin origin, Requests.Rollback request) {
    var app = origin.app();
    var before = requireLive(app);
    var release = rollbackTarget(app, before.value(), request.release());
    Rules.requireHosts(release.config(), records, parts.hosts());
    var notes = new ArrayList<String>();
    var along = new ArrayList<Mutation>();
    along.add(Records.put(Records.envKey(app), new Variables(release.variables())));
    var secrets = secretsOf(release, request.secretsToo(), notes, along);
    var scale = formerScale(app, release);
    var retiring = before.value().instances();
    var choice = StrategyChoice.choose(release, scale, retiring, parts);
    choice.why().ifPresent(notes::add);
    var starting = place(release, scale);
    var next =
        new Live(
            release.number(),
            Optional.of(before.value().release()),
            false,
            scale,
            secrets,
            starting);
    return new Plan.Move(
        origin.kind(),
        Optional.of(before),
        release,
        false,
        next,
        choice.strategy(),
        List.of(),
        along,
        Optional.empty(),
        notes);
  }

  /// The release that a rollback goes to.
  ///
  /// @param wanted empty = the one before what is live
  Release rollbackTarget(String app, Live live, Optional<Integer> wanted) {
    var kept = parts.pruning().kept(app);
    int number =
        wanted
            .or(() -> parts.pruning().former(app, live))
            .orElseThrow(
                () ->
                    noRelease(
                        app,
                        "nothing before v%d was ever live and is kept".formatted(live.release())));
    if (number == live.release() && !live.stopped()) {
      throw new ProblemException(
          Problem.of(
              Code.BAD_REQUEST,
              "going back to v%d of %s".formatted(number, app),
              "it is live already"));
    }
    var release =
        records.release(app, number).orElseThrow(() -> noRelease(app, "there is no v" + number));
    if (!kept.contains(number)) {
      throw noRelease(app, "the files of v%d are no longer kept".formatted(number));
    }
    return release;
  }

  /// The secrets that a former release runs with: its own, but with the values they have now where
  /// they were rotated since.
  private SortedMap<String, Long> secretsOf(
      Release release, boolean former, List<String> notes, List<Mutation> along) {
    var app = release.config().app();
    var now = records.secrets(app);
    var secrets = new TreeMap<String, Long>();
    for (var secret : release.secrets().entrySet()) {
      var name = secret.getKey();
      var current = now.get(name);
      var old = records.secret(app, name, secret.getValue());
      var rotated =
          current != null && !old.map(entry -> entry.value().equals(current.value())).orElse(false);
      if (current != null && rotated && !former) {
        notes.add("secret %s was rotated since and keeps its new value".formatted(name));
        secrets.put(name, current.revision());
        continue;
      }
      secrets.put(name, secret.getValue());
      if (rotated || current == null) {
        notes.add(
            "secret %s has the value of v%d again%s"
                .formatted(name, release.number(), current == null ? ", though it was unset" : ""));
        old.ifPresent(
            entry -> along.add(new Mutation.Put(Records.secretKey(app, name), entry.value())));
      }
    }
    return secrets;
  }

  private SortedMap<String, Integer> formerScale(String app, Release release) {
    var scale = new TreeMap<>(release.scale());
    records.standing(app, release.number()).flatMap(Standing::scale).ifPresent(scale::putAll);
    scale.keySet().retainAll(release.config().processes().keySet());
    return scale;
  }

  Plan scale(Origin origin, Requests.Scale request) {
    var before = requireLive(origin.app());
    var live = before.value();
    var release = records.liveRelease(origin.app(), live);
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
            all.add(parts.instances().place(release.config(), release.number(), process, number));
          }
        });
    var next =
        new Live(live.release(), live.previous(), live.stopped(), scale, live.secrets(), all);
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
    var release = records.liveRelease(app, live);
    var scale = live.stopped() ? new TreeMap<String, Integer>() : live.scale();
    var next =
        new Live(
            live.release(),
            live.previous(),
            live.stopped(),
            live.scale(),
            live.secrets(),
            place(release, scale));
    return new Plan.Move(
        origin.kind(),
        Optional.of(before),
        release,
        false,
        next,
        Strategy.HOLD,
        List.of(),
        List.of(),
        Optional.of(volume),
        List.of());
  }

  Plan stop(Origin origin) {
    var before = requireLive(origin.app());
    var live = before.value();
    if (live.stopped()) {
      return new Plan.Store(List.of(), List.of(origin.app() + " is stopped already"));
    }
    var release = records.liveRelease(origin.app(), live);
    var next =
        new Live(live.release(), live.previous(), true, live.scale(), live.secrets(), List.of());
    var choice = new StrategyChoice(Strategy.ROLLING, Optional.empty());
    return move(origin, before, release, next, choice);
  }

  Plan start(Origin origin) {
    var before = requireLive(origin.app());
    if (!before.value().stopped()) {
      return new Plan.Store(List.of(), List.of(origin.app() + " runs already"));
    }
    return renew(origin, before);
  }

  private Plan renew(Origin origin, Versioned<Live> before) {
    var live = before.value();
    var release = records.liveRelease(origin.app(), live);
    var choice = StrategyChoice.choose(release, live.scale(), live.instances(), parts);
    var starting = place(release, live.scale());
    var next =
        new Live(live.release(), live.previous(), false, live.scale(), live.secrets(), starting);
    return move(origin, before, release, next, choice);
  }

  /// A move that makes no new release.
  private static Plan.Move move(
      Origin origin, Versioned<Live> before, Release release, Live next, StrategyChoice choice) {
    return new Plan.Move(
        origin.kind(),
        Optional.of(before),
        release,
        false,
        next,
        choice.strategy(),
        List.of(),
        List.of(),
        Optional.empty(),
        choice.why().stream().toList());
  }

  private Versioned<Live> requireLive(String app) {
    return records.live(app).orElseThrow(() -> noRelease(app, "nothing of it is live"));
  }

  private List<Placement> place(Release release, Map<String, Integer> scale) {
    var placements = new ArrayList<Placement>();
    scale.forEach(
        (process, count) -> {
          for (var number = 1; number <= count; number++) {
            placements.add(
                parts.instances().place(release.config(), release.number(), process, number));
          }
        });
    return placements;
  }

  /// What `stead scale` said stays, unless the number in stead.toml was changed since.
  private SortedMap<String, Integer> scale(String app, AppConfig config) {
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

  private int nextNumber(String app) {
    var all = records.releases(app);
    return all.isEmpty() ? 1 : all.getLast().number() + 1;
  }

  private static ProblemException noRelease(String app, String why) {
    return new ProblemException(Problem.of(Code.NO_RELEASE, "using a release of " + app, why));
  }
}
