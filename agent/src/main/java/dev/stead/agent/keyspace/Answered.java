package dev.stead.agent.keyspace;

import dev.stead.sdk.RevisionTag;
import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreAnswers.Outcome;
import dev.stead.store.Branch;
import dev.stead.store.Change;
import dev.stead.store.Difference;
import dev.stead.store.Entry;
import dev.stead.store.MergeResult;
import dev.stead.store.Patch;
import dev.stead.store.Point;
import dev.stead.store.Scope;
import dev.stead.store.Value;
import dev.stead.store.Version;
import dev.stead.store.Watch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// What the store says, as the API says it.
final class Answered {
  private Answered() {}

  static StoreAnswers.Branch branch(Branch branch) {
    var scope = branch.origin().map(Branch.Origin::scope).orElseGet(Scope::everything);
    return new StoreAnswers.Branch(
        branch.name(),
        branch.origin().map(Branch.Origin::parent),
        branch.origin().map(Branch.Origin::revision),
        scope instanceof Scope.Prefix(String prefix) && !prefix.isEmpty()
            ? Optional.of(prefix)
            : Optional.empty(),
        scope instanceof Scope.Key(String key) ? Optional.of(key) : Optional.empty(),
        branch.head(),
        branch.author(),
        branch.message(),
        branch.created());
  }

  static StoreAnswers.Committed committed(RevisionTag tag) {
    return new StoreAnswers.Committed(
        tag.revision(), Optional.of(tag.lineage()).filter(lineage -> !lineage.isEmpty()));
  }

  static StoreAnswers.Key key(Entry entry) {
    var value = entry.value();
    return new StoreAnswers.Key(
        entry.key(), entry.revision(), value.contentType(), value.bytes().length);
  }

  static StoreAnswers.Change change(Change change) {
    return change(change, Optional.empty());
  }

  static StoreAnswers.Change version(Version version) {
    return change(version.change(), version.toFormer().map(Answered::patch));
  }

  static StoreAnswers.Difference difference(Difference difference) {
    return new StoreAnswers.Difference(
        difference.key(),
        difference.left().map(Answered::key),
        difference.right().map(Answered::key));
  }

  static StoreAnswers.Merged merged(MergeResult result) {
    return switch (result) {
      case MergeResult.Merged(long revision, List<String> keys) ->
          new StoreAnswers.Merged(
              Outcome.MERGED, Optional.of(revision), keys, Optional.empty(), List.of());
      case MergeResult.UpToDate() -> unwritten(Outcome.UP_TO_DATE, Optional.empty(), List.of());
      case MergeResult.Diverged(Point base) ->
          unwritten(
              Outcome.DIVERGED,
              Optional.of(new StoreAnswers.CommonPoint(base.branch(), base.revision())),
              List.of());
      case MergeResult.Conflicted(List<MergeResult.KeyConflict> conflicts) ->
          unwritten(
              Outcome.CONFLICTED,
              Optional.empty(),
              conflicts.stream().map(Answered::conflict).toList());
    };
  }

  static StoreAnswers.Seen seen(Watch.Seen seen) {
    return switch (seen) {
      case Watch.Seen.Commit commit ->
          new StoreAnswers.Commit(
              commit.revision(),
              commit.at(),
              commit.author(),
              commit.message(),
              commit.changes().stream().map(Answered::change).toList());
      case Watch.Seen.Compacted(long revision) -> new StoreAnswers.Compacted(revision);
    };
  }

  private static StoreAnswers.Change change(Change change, Optional<StoreAnswers.Patch> patch) {
    return new StoreAnswers.Change(
        change.key(),
        change.revision(),
        change.at(),
        change.author(),
        change.message(),
        change.entry().map(Answered::key),
        patch);
  }

  private static StoreAnswers.Merged unwritten(
      Outcome outcome,
      Optional<StoreAnswers.CommonPoint> base,
      List<StoreAnswers.KeyConflict> conflicts) {
    return new StoreAnswers.Merged(outcome, Optional.empty(), List.of(), base, conflicts);
  }

  private static StoreAnswers.KeyConflict conflict(MergeResult.KeyConflict conflict) {
    return new StoreAnswers.KeyConflict(
        conflict.key(),
        conflict.paths(),
        conflict.base().map(Answered::content),
        conflict.ours().map(Answered::content),
        conflict.theirs().map(Answered::content));
  }

  private static StoreAnswers.Content content(Value value) {
    return new StoreAnswers.Content(value.contentType(), value.bytes().length);
  }

  private static StoreAnswers.Patch patch(Patch patch) {
    return switch (patch) {
      case Patch.Removal() -> new StoreAnswers.Removal();
      case Patch.Whole(Value value) ->
          new StoreAnswers.Whole(value.contentType(), ByteBuffer.wrap(value.bytes()));
      case Patch.Json(String operations) -> new StoreAnswers.Document(operations);
      case Patch.Bytes(List<Patch.Edit> edits) ->
          new StoreAnswers.Bytes(edits.stream().map(Answered::edit).toList());
    };
  }

  private static StoreAnswers.Edit edit(Patch.Edit edit) {
    return switch (edit) {
      case Patch.Edit.Keep(int count) ->
          new StoreAnswers.Edit(Optional.of(count), Optional.empty(), Optional.empty());
      case Patch.Edit.Delete(ByteBuffer bytes) ->
          new StoreAnswers.Edit(Optional.empty(), Optional.of(bytes), Optional.empty());
      case Patch.Edit.Insert(ByteBuffer bytes) ->
          new StoreAnswers.Edit(Optional.empty(), Optional.empty(), Optional.of(bytes));
    };
  }
}
