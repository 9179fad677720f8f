package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Planner.Origin;
import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RolloutConfig.Strategy;
import dev.stead.store.Commit.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Plans canaries: a new release beside the live one for a share of the visitors, then more of
/// them, all of them, or none.
///
/// A canary is part of what is live, so that one switch changes both. It goes on through a change
/// of scale and a restart; whatever else makes a release live, or takes the app out of service,
/// ends it in its own switch.
final class Canaries {
  private final Workshop parts;
  private final Records records;
  private final Planner planner;

  Canaries(Workshop parts, Planner planner) {
    this.parts = parts;
    this.records = parts.records();
    this.planner = planner;
  }

  /// Starts a new release beside the live one; a canary that was there makes way for it.
  Plan begin(Origin origin, Release release, int percent) {
    var app = origin.app();
    requirePercent(app, percent);
    var before =
        records
            .live(app)
            .filter(found -> !found.value().stopped())
            .orElseThrow(() -> refused(app, "nothing runs that it could be tried beside"));
    var live = before.value();
    if (live.asleep()) {
      throw refused(app, "it is asleep, and nothing runs that it could be tried beside");
    }
    var now = records.liveRelease(app, live);
    if (!Hosts.takesRequests(now.config()) || !hasWeb(release) || !hasWeb(now)) {
      throw refused(app, "only releases with a web process can share the visitors");
    }
    var count = Map.of(AppConfig.WEB, count(live, percent));
    var choice = StrategyChoice.choose(release, count, live.instances(), parts);
    if (choice.strategy() == Strategy.HOLD) {
      throw refused(app, "old and new cannot run at the same time: " + choice.why().orElse(""));
    }
    var canary =
        new Canary(
            release.number(), percent, release.secrets(), parts.instances().place(release, count));
    var put = Records.put(Keys.release(app, release.number()), release);
    var next = live.with(Optional.of(canary));
    return Plan.Move.of(origin.kind(), Optional.of(before), release, next, Strategy.ROLLING)
        .made(List.of(put))
        .saying(release.message(), notes(Optional.of(before), List.of()));
  }

  /// Gives the canary another share of the visitors, with the instances for it.
  Plan share(Origin origin, int percent) {
    var app = origin.app();
    requirePercent(app, percent);
    var before = requireCanary(app);
    var live = before.value();
    var canary = live.canary().orElseThrow();
    var release = records.release(app, canary.release()).orElseThrow();
    var all = web(release, canary, count(live, percent));
    var choice = fit(release, all.size() - canary.instances().size());
    var next = new Canary(canary.release(), percent, canary.secrets(), all);
    var step = new Step(origin, before, release, percent + " %");
    return step.to(live.with(Optional.of(next)), choice);
  }

  /// Makes the canary what is live, for every process type.
  Plan promote(Origin origin) {
    var app = origin.app();
    var before = requireCanary(app);
    var live = before.value();
    var canary = live.canary().orElseThrow();
    var release = records.release(app, canary.release()).orElseThrow();
    Rules.requireHosts(app, release.config(), parts);
    var scale = planner.scale(app, release.config());
    var all = new ArrayList<>(web(release, canary, scale.getOrDefault(AppConfig.WEB, 1)));
    var others = new TreeMap<>(scale);
    others.remove(AppConfig.WEB);
    var missing = new TreeMap<>(others);
    missing.put(AppConfig.WEB, Math.max(0, all.size() - canary.instances().size()));
    var choice = StrategyChoice.choose(release, missing, live.instances(), parts);
    all.addAll(parts.instances().place(release, others));
    var next = Live.of(release.number(), Optional.of(live.release()), scale, canary.secrets(), all);
    return new Step(origin, before, release, "promote").to(next, choice);
  }

  /// Takes the canary from its visitors and ends its instances.
  Plan abort(Origin origin, String why) {
    var before = requireCanary(origin.app());
    var live = before.value();
    var release =
        records.release(origin.app(), live.canary().orElseThrow().release()).orElseThrow();
    var choice = new StrategyChoice(Strategy.ROLLING, Optional.empty());
    return new Step(origin, before, release, why).to(live.with(Optional.empty()), choice);
  }

  /// A change of a canary that is there.
  private record Step(Origin origin, Versioned<Live> before, Release release, String remark) {
    Plan to(Live next, StrategyChoice choice) {
      return Plan.Move.of(origin.kind(), Optional.of(before), release, next, choice.strategy())
          .saying(Optional.of(remark), choice.why().stream().toList());
    }
  }

  /// So many web instances of the canary: those that run, and new ones where they are too few.
  private List<Placement> web(Release release, Canary canary, int count) {
    var have = canary.instances();
    var all = new ArrayList<>(have.subList(0, Math.min(count, have.size())));
    for (var number = have.size() + 1; number <= count; number++) {
      all.add(parts.instances().place(release, AppConfig.WEB, number));
    }
    return all;
  }

  private StrategyChoice fit(Release release, int more) {
    return StrategyChoice.choose(
        release, Map.of(AppConfig.WEB, Math.max(0, more)), List.of(), parts);
  }

  /// As many as the share of all, rounded up.
  private static int count(Live live, int percent) {
    var all = Math.max(1, live.scale().getOrDefault(AppConfig.WEB, 1));
    return Math.max(1, Math.ceilDiv(all * percent, Canary.PERCENT_MAX));
  }

  private static boolean hasWeb(Release release) {
    return release.config().processes().containsKey(AppConfig.WEB);
  }

  private static void requirePercent(String app, int percent) {
    if (percent < 0 || percent > Canary.PERCENT_MAX) {
      throw new ProblemException(
          Problem.of(
              Code.BAD_REQUEST,
              "sharing the visitors of " + app,
              "a share is from 0 to 100 percent, not " + percent));
    }
  }

  private Versioned<Live> requireCanary(String app) {
    return records
        .live(app)
        .filter(found -> found.value().canary().isPresent())
        .orElseThrow(() -> refused(app, "there is none"));
  }

  private static ProblemException refused(String app, String why) {
    return new ProblemException(Problem.of(Code.CANARY, "a canary of " + app, why));
  }

  /// What a plan says that ends a canary by the way, before what else it says.
  static List<String> notes(Optional<Versioned<Live>> before, List<String> others) {
    var notes = new ArrayList<String>();
    before
        .flatMap(found -> found.value().canary())
        .ifPresent(canary -> notes.add("the canary v%d ends with it".formatted(canary.release())));
    notes.addAll(others);
    return notes;
  }

  /// How the releases stand that come and go with a switch.
  static List<Mutation> standings(String app, Plan.Move plan) {
    var next = plan.next();
    var standings = new TreeMap<Integer, Standing>();
    plan.before()
        .map(Versioned::value)
        .ifPresent(
            before -> {
              var replaced = "replaced by v" + next.release();
              standings.put(before.release(), Standing.served(replaced, before.scale()));
              before
                  .canary()
                  .ifPresent(
                      canary ->
                          standings.put(
                              canary.release(), new Standing("canary ended", Optional.empty())));
            });
    next.canary()
        .ifPresent(
            canary ->
                standings.put(
                    canary.release(),
                    new Standing("canary, %d %%".formatted(canary.percent()), Optional.empty())));
    standings.put(next.release(), Standing.served("live", next.scale()));
    var mutations = new ArrayList<Mutation>();
    standings.forEach(
        (number, standing) -> mutations.add(Records.put(Keys.standing(app, number), standing)));
    return mutations;
  }
}
