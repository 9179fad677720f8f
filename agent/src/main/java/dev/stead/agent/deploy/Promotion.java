package dev.stead.agent.deploy;

import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppName;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import dev.stead.sdk.Wire;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.Point;
import dev.stead.store.Side;
import dev.stead.store.Value;
import dev.stead.store.document.ThreeWay;
import dev.stead.store.document.ThreeWay.Outcome;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/// The merge of an app's config from one environment into another, member by member: what changed
/// in one of them since both were last the same is taken from there; what changed in both,
/// differently, is a conflict. They were the same when one was forked from the other, or last
/// promoted to it.
final class Promotion {
  private final Records records;
  private final String source;
  private final String target;
  private final long revision;

  /// @param source the app where what is promoted runs, `staging.cv`
  /// @param target the app that it is promoted to, `cv`
  Promotion(Records records, String source, String target) {
    this.records = records;
    this.source = source;
    this.target = target;
    this.revision = records.head();
  }

  /// What is merged. Secrets and scale are not: each environment keeps its own.
  @Json(naming = Naming.LowerHyphen)
  record Configured(AppConfig config, SortedMap<String, String> variables) {
    Configured {
      Objects.requireNonNull(config, "config is missing");
      Objects.requireNonNull(variables, "variables is missing");
    }
  }

  /// The target's config with what changed in the source.
  ///
  /// @throws ProblemException `D-PROMOTE-CONFLICT` with each conflict that the request does not
  ///   resolve
  Configured merge(Requests.Promote request) {
    var common = base();
    var ours = json(configured(Point.newest(Records.branch(target))));
    // An app that is new to the target was never changed there.
    var base = ours.map(_ -> json(configured(common)).orElseGet(Promotion::nothing));
    var theirs = json(configured(new Point(Records.branch(source), revision)));
    var clashes = clashes(ThreeWay.merge(base, ours, theirs));
    var chosen = chosen(clashes, request);
    return switch (ThreeWay.merge(base, ours, theirs, chosen)) {
      case Outcome.Agreed(var merged) -> read(merged.orElseThrow());
      case Outcome.Clashed(var left) ->
          throw new ProblemException(
              Problem.of(
                      Code.PROMOTE_CONFLICT,
                      title(),
                      "both environments changed " + String.join(", ", keys(left)))
                  .withDetails(lines(left, tree(base), tree(ours), tree(theirs))));
    };
  }

  /// What is written with the switch: the variables, and that the target has all of the source.
  List<Mutation> along(Configured merged) {
    return List.of(
        Records.put(Keys.env(target), new Records.Variables(merged.variables())), promoted());
  }

  /// That the target has all of the source.
  Mutation promoted() {
    var from = Records.branch(source);
    return Records.put(Keys.promoted(target, from), new Records.Promoted(revision));
  }

  /// The last point at which the two had the same.
  private Point base() {
    var to = Records.branch(target);
    var from = Records.branch(source);
    var common = new ArrayList<Point>();
    records.forkPoint(from, to).ifPresent(common::add);
    records.forkPoint(to, from).ifPresent(common::add);
    records.promoted(target, from).ifPresent(at -> common.add(new Point(from, at)));
    records.promoted(source, to).ifPresent(at -> common.add(new Point(to, at)));
    return common.stream()
        .max(Comparator.comparingLong(Point::revision))
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        Code.BAD_REQUEST, title(), "neither of them was forked from the other")));
  }

  private Optional<Configured> configured(Point at) {
    var app = AppName.of(source).in(at.branch()).toString();
    return records
        .liveAt(app, at.revision())
        .map(
            live ->
                new Configured(
                    records.liveRelease(app, live).config(),
                    records.variablesAt(app, at.revision())));
  }

  private Map<String, Side> chosen(List<String> clashes, Requests.Promote request) {
    var keys = keys(clashes);
    var strangers = new ArrayList<>(request.ours());
    strangers.addAll(request.theirs());
    strangers.removeAll(keys);
    strangers.remove(Requests.Promote.ALL);
    if (!strangers.isEmpty()) {
      var why = keys.isEmpty() ? "nothing is" : String.join(", ", keys) + " are";
      throw new ProblemException(
          Problem.of(
              Code.BAD_REQUEST,
              title(),
              "%s is not in conflict; %s".formatted(String.join(", ", strangers), why)));
    }
    var chosen = new HashMap<String, Side>();
    for (var clash : clashes) {
      side(key(clash), request).ifPresent(side -> chosen.put(clash, side));
    }
    return chosen;
  }

  /// A key that is named counts before all that are not.
  private static Optional<Side> side(String key, Requests.Promote request) {
    for (var named : List.of(key, Requests.Promote.ALL)) {
      if (request.ours().contains(named)) {
        return Optional.of(Side.OURS);
      }
      if (request.theirs().contains(named)) {
        return Optional.of(Side.THEIRS);
      }
    }
    return Optional.empty();
  }

  private List<String> lines(
      List<String> clashes, Map<?, ?> base, Map<?, ?> ours, Map<?, ?> theirs) {
    return clashes.stream()
        .map(
            clash ->
                "%s: %s in %s, %s in %s, %s before"
                    .formatted(
                        key(clash),
                        at(ours, clash),
                        Records.branch(target),
                        at(theirs, clash),
                        Records.branch(source),
                        at(base, clash)))
        .toList();
  }

  private Configured read(Value merged) {
    try {
      return Wire.read(merged.bytes(), Configured.class);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          Problem.of(
              Code.BAD_CONFIG,
              title(),
              "what both environments changed makes no config together: " + e.getMessage()));
    }
  }

  private String title() {
    return "promoting %s to %s".formatted(source, Records.branch(target));
  }

  private static List<String> clashes(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Agreed _ -> List.of();
      case Outcome.Clashed(var paths) -> paths;
    };
  }

  private static List<String> keys(List<String> clashes) {
    return clashes.stream().map(Promotion::key).toList();
  }

  /// A JSON Pointer as people write it: `variables.COLOR`.
  private static String key(String pointer) {
    return String.join(".", steps(pointer));
  }

  private static String at(Map<?, ?> tree, String pointer) {
    Object found = tree;
    for (var step : steps(pointer)) {
      found = found instanceof Map<?, ?> branch ? branch.get(step) : null;
    }
    return found == null ? "(none)" : String.valueOf(found);
  }

  /// RFC 6901, section 3.
  private static List<String> steps(String pointer) {
    return List.of(pointer.substring(1).split("/")).stream()
        .map(step -> step.replace("~1", "/").replace("~0", "~"))
        .toList();
  }

  private static Optional<Value> json(Optional<Configured> configured) {
    return configured.map(Wire::write).map(Value::json);
  }

  private static Value nothing() {
    return Value.json(Wire.write(Map.of()));
  }

  private static Map<?, ?> tree(Optional<Value> value) {
    return Wire.read(value.orElseGet(Promotion::nothing).bytes(), Map.class);
  }
}
