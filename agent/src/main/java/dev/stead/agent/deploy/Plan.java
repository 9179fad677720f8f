package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Planner.Origin;
import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.sdk.AppMode;
import dev.stead.sdk.RolloutConfig.Strategy;
import dev.stead.store.Commit.Mutation;
import java.util.List;
import java.util.Optional;

/// What an operation is going to do, decided under the app's lease.
sealed interface Plan {

  /// Things worth saying before anything happens.
  List<String> notes();

  /// No instance and no route changes.
  ///
  /// @param mutations what is stored; may be nothing
  record Store(List<Mutation> mutations, List<String> notes) implements Plan {}

  /// Requests pass, wait or are turned away from now on; no instance changes.
  record Turn(Origin origin, AppMode from, AppMode to, List<String> notes) implements Plan {}

  /// From the instances of today to those of `next`.
  ///
  /// @param before what is live now
  /// @param release the release that `next` runs, or its canary
  /// @param fresh whether the release is new: its install and release command have not run yet
  /// @param next what is live after the switch
  /// @param first what is stored before anything is started
  /// @param along what is stored with the switch
  /// @param volume the volume that is copied or replaced while no instance runs
  /// @param remark what the kind alone does not say, for the history
  record Move(
      Kind kind,
      Optional<Versioned<Live>> before,
      Release release,
      boolean fresh,
      Live next,
      Strategy strategy,
      List<Mutation> first,
      List<Mutation> along,
      Optional<String> volume,
      Optional<String> remark,
      List<String> notes)
      implements Plan {

    /// Between releases that were ready to run before, storing nothing but the switch itself.
    static Move of(
        Kind kind,
        Optional<Versioned<Live>> before,
        Release release,
        Live next,
        Strategy strategy) {
      return new Move(
          kind,
          before,
          release,
          false,
          next,
          strategy,
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of());
    }

    /// The same with a release that is new: its install and release command come first.
    ///
    /// @param stored what is stored before anything is started
    Move made(List<Mutation> stored) {
      return new Move(
          kind, before, release, true, next, strategy, stored, along, volume, remark, notes);
    }

    /// The same, which stores this with the switch.
    Move storing(List<Mutation> withSwitch) {
      return new Move(
          kind, before, release, fresh, next, strategy, first, withSwitch, volume, remark, notes);
    }

    /// The same, which copies or replaces a volume while no instance runs.
    Move with(String theVolume) {
      return new Move(
          kind,
          before,
          release,
          fresh,
          next,
          strategy,
          first,
          along,
          Optional.of(theVolume),
          remark,
          notes);
    }

    /// The same, of which the history says this too, and the user is told those.
    Move saying(Optional<String> theRemark, List<String> theNotes) {
      return new Move(
          kind, before, release, fresh, next, strategy, first, along, volume, theRemark, theNotes);
    }

    /// Those of tomorrow that do not run today.
    List<Placement> starting() {
      return without(next.all(), today());
    }

    /// Those of today that do not run tomorrow.
    List<Placement> retiring() {
      return without(today(), next.all());
    }

    private List<Placement> today() {
      return before.map(found -> found.value().all()).orElse(List.of());
    }

    private static List<Placement> without(List<Placement> all, List<Placement> left) {
      return all.stream().filter(each -> !left.contains(each)).toList();
    }
  }
}
