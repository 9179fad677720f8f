package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.store.Commit;
import dev.stead.store.Commit.Condition;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.CommitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The writer of one operation's journal. Each step is one commit, conditional on the step before:
/// an operation that lost its lease and was overtaken finds out here and changes nothing. Used by
/// the operation's own thread only.
final class Journal {
  private final Records records;
  private final String app;
  private Operation operation;
  private long revision;

  private Journal(Records records, String app, Operation operation, long revision) {
    this.records = records;
    this.app = app;
    this.operation = operation;
    this.revision = revision;
  }

  /// Begins a journal, together with the documents that the operation writes first.
  static Journal begin(Records records, String app, Operation operation, List<Mutation> with) {
    var mutations = new ArrayList<>(with);
    mutations.add(Records.put(Keys.operation(app), operation));
    var revision = records.commit(app, operation.actor(), title(operation), mutations);
    return new Journal(records, app, operation, revision);
  }

  /// Goes on with the journal that an earlier agent left.
  static Journal resume(Records records, String app, Versioned<Operation> found) {
    return new Journal(records, app, found.value(), found.revision());
  }

  Operation operation() {
    return operation;
  }

  void advance(Stage stage) {
    write(operation.at(stage), title(operation) + ": " + stage, List.of(), List.of());
  }

  /// The switch: what is live and the journal's stage change in one commit.
  ///
  /// @param before what was live as the plan was made
  void switchTo(Live next, Optional<Versioned<Live>> before, List<Mutation> with) {
    var mutations = new ArrayList<>(with);
    mutations.add(Records.put(Keys.live(app), next));
    write(
        operation.at(Stage.SWITCHED),
        title(operation) + reason(operation),
        List.of(Records.unchanged(Keys.live(app), before)),
        mutations);
  }

  /// Takes the switch back, for an edge that refuses the new table.
  void switchBack(Optional<Live> before) {
    var mutations = new ArrayList<Mutation>();
    before.ifPresentOrElse(
        live -> {
          var standing = Standing.served("live", live.scale());
          mutations.add(Records.put(Keys.live(app), live));
          mutations.add(Records.put(Keys.standing(app, live.release()), standing));
        },
        () -> mutations.add(new Mutation.Delete(Keys.live(app))));
    write(
        operation.at(Stage.STARTING),
        title(operation) + ": taken back, since the edge declined its routes",
        List.of(),
        mutations);
  }

  void end(Outcome outcome, List<Mutation> with) {
    var message =
        switch (outcome) {
          case Outcome.Done done -> title(operation) + reason(operation);
          case Outcome.Undone undone ->
              "%s failed: %s%s"
                  .formatted(title(operation), undone.problem().code(), reason(operation));
        };
    write(operation.ended(outcome), message, List.of(), with);
  }

  private void write(
      Operation next, String message, List<Condition> conditions, List<Mutation> with) {
    var holds = new ArrayList<>(conditions);
    holds.add(new Condition.KeyAt(Keys.operation(app), revision));
    var mutations = new ArrayList<>(with);
    mutations.add(Records.put(Keys.operation(app), next));
    var commit = new Commit(Records.branch(app), operation.actor(), message, holds, mutations);
    switch (records.commit(app, commit)) {
      case CommitResult.Committed(var at) -> {
        revision = at;
        operation = next;
      }
      case CommitResult.Conflict(var failed, var found) ->
          throw new IllegalStateException(
              "operation %s was overtaken at %s: %s"
                  .formatted(operation.id(), next.stage(), failed));
    }
  }

  private static String title(Operation operation) {
    return operation.kind().word() + operation.to().map(" v%d"::formatted).orElse("");
  }

  private static String reason(Operation operation) {
    return operation.message().map(": "::concat).orElse("");
  }
}
