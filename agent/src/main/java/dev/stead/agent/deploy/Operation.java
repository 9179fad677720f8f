package dev.stead.agent.deploy;

import dev.stead.sdk.RolloutConfig.Strategy;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The journal of an operation; the value of `apps/APP/operation`, committed at each [Stage] before
/// what the stage does. It holds all that a restarted agent needs to finish or undo it.
///
/// @param from the release that was live when it began
/// @param to the release it makes live
/// @param starting the new instances, written down before the first of them runs
/// @param retiring the instances that end with it
/// @param message why, in the words of who asked for it
@Json(naming = Naming.LowerHyphen)
record Operation(
    String id,
    Kind kind,
    Stage stage,
    Optional<Integer> from,
    Optional<Integer> to,
    Strategy strategy,
    List<Placement> starting,
    List<Placement> retiring,
    String actor,
    Instant startedAt,
    Optional<String> message,
    Optional<Outcome> outcome) {
  Operation {
    Objects.requireNonNull(id, "id is missing");
    Objects.requireNonNull(kind, "kind is missing");
    Objects.requireNonNull(stage, "stage is missing");
    Objects.requireNonNull(strategy, "strategy is missing");
    Objects.requireNonNull(starting, "starting is missing");
    Objects.requireNonNull(retiring, "retiring is missing");
    Objects.requireNonNull(actor, "actor is missing");
    Objects.requireNonNull(startedAt, "started-at is missing");
    starting = List.copyOf(starting);
    retiring = List.copyOf(retiring);
  }

  Operation at(Stage next) {
    return new Operation(
        id, kind, next, from, to, strategy, starting, retiring, actor, startedAt, message, outcome);
  }

  Operation ended(Outcome how) {
    return new Operation(
        id,
        kind,
        how instanceof Outcome.Done ? Stage.ENDED : stage,
        from,
        to,
        strategy,
        starting,
        retiring,
        actor,
        startedAt,
        message,
        Optional.of(how));
  }
}
