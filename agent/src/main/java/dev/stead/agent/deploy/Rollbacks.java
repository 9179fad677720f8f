package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Planner.Origin;
import dev.stead.agent.deploy.Records.Variables;
import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import dev.stead.store.Commit.Mutation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The ways back: which release a rollback goes to, and the [Plan] that makes it live again with
/// its own config and scale.
final class Rollbacks {
  private final Workshop parts;
  private final Records records;

  Rollbacks(Workshop parts) {
    this.parts = parts;
    this.records = parts.records();
  }

  /// @param before what is live
  Plan plan(Origin origin, Versioned<Live> before, Requests.Rollback request) {
    var app = origin.app();
    var release = target(app, before.value(), request.release());
    Rules.requireHosts(app, release.config(), parts);
    var notes = new ArrayList<String>();
    var along = new ArrayList<Mutation>();
    along.add(Records.put(Keys.env(app), new Variables(release.variables())));
    var secrets = secretsOf(release, request.secretsToo(), notes, along);
    Rules.requireUsers(release, secrets);
    var scale = scale(app, release);
    var retiring = before.value().all();
    var choice = StrategyChoice.choose(release, scale, retiring, parts);
    choice.why().ifPresent(notes::add);
    var starting = parts.instances().place(release, scale);
    var next =
        Live.of(release.number(), Optional.of(before.value().release()), scale, secrets, starting);
    return Plan.Move.of(origin.kind(), Optional.of(before), release, next, choice.strategy())
        .storing(along)
        .saying(Optional.empty(), Canaries.notes(Optional.of(before), notes));
  }

  /// The release that a rollback goes to.
  ///
  /// @param wanted empty = the one before what is live
  Release target(String app, Live live, Optional<Integer> wanted) {
    var kept = parts.pruning().kept(app);
    int number =
        wanted
            .or(() -> parts.pruning().former(app, live))
            .orElseThrow(
                () ->
                    Planner.noRelease(
                        app,
                        "nothing before v%d was ever live and is kept".formatted(live.release())));
    if (number == live.release() && !live.stopped()) {
      throw new ProblemException(
          Problem.of(
              Code.BAD_REQUEST,
              "going back to v%d of %s".formatted(number, app),
              "it is live already"));
    }
    var release = requireRelease(app, number);
    if (!kept.contains(number)) {
      throw Planner.noRelease(app, "the files of v%d are no longer kept".formatted(number));
    }
    return release;
  }

  Release requireRelease(String app, int number) {
    return records
        .release(app, number)
        .orElseThrow(() -> Planner.noRelease(app, "there is no v" + number));
  }

  /// The number of the release that was live at a moment.
  int liveAt(String app, Instant then) {
    return records
        .liveAt(app, then)
        .map(Live::release)
        .orElseThrow(() -> Planner.noRelease(app, "nothing of it was live at " + then));
  }

  /// The secrets that a former release runs with: its own, but with the values they have now where
  /// they were rotated since.
  private SortedMap<String, Long> secretsOf(
      Release release, boolean former, List<String> notes, List<Mutation> along) {
    var app = release.app();
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
        old.ifPresent(entry -> along.add(new Mutation.Put(Keys.secret(app, name), entry.value())));
      }
    }
    return secrets;
  }

  /// How a release ran last.
  SortedMap<String, Integer> scale(String app, Release release) {
    var scale = new TreeMap<>(release.scale());
    records.standing(app, release.number()).flatMap(Standing::scale).ifPresent(scale::putAll);
    scale.keySet().retainAll(release.config().processes().keySet());
    return scale;
  }
}
