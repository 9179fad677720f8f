package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/// The bodies of requests that change the store. `message` says what for; the author is whoever
/// asks.
///
/// A point in the past, wherever one is asked for (`at`), is a revision (`1234`), a moment in ISO
/// 8601 (`2026-11-26T14:30:00Z`) or an age (`PT2H`).
public final class StoreRequests {
  private StoreRequests() {}

  /// `POST /v1/store/branches`: forks a branch.
  ///
  /// @param name of the new one
  /// @param parent what it is forked from; the first branch when empty
  /// @param at what it sees of it last; the newest when empty
  /// @param prefix the keys that it sees; all when this and `key` are empty
  /// @param key the one key that it sees
  @Json(naming = Naming.LowerHyphen)
  public record Fork(
      String name,
      Optional<String> parent,
      Optional<String> at,
      Optional<String> prefix,
      Optional<String> key,
      Optional<String> message) {
    public Fork {
      Objects.requireNonNull(name, "name is missing");
    }
  }

  /// `POST /v1/store/commits`: several changes that happen together or not at all.
  ///
  /// @param conditions what must hold, or nothing is written (`A-CONFLICT`)
  @Json(naming = Naming.LowerHyphen)
  public record Commit(
      Optional<String> branch,
      Optional<String> message,
      List<Mutation> changes,
      List<Condition> conditions) {
    public Commit {
      Objects.requireNonNull(changes, "changes is missing");
      Objects.requireNonNull(conditions, "conditions is missing");
      changes = List.copyOf(changes);
      conditions = List.copyOf(conditions);
    }
  }

  /// A key that a commit sets, or deletes.
  ///
  /// @param value in JSON as base64; empty to delete the key
  @Json(naming = Naming.LowerHyphen)
  public record Mutation(String key, Optional<String> contentType, Optional<ByteBuffer> value) {
    public Mutation {
      Objects.requireNonNull(key, "key is missing");
    }
  }

  /// What must hold for a commit: with key and revision, that the key was last written by it; with
  /// a key alone, that it is not there; with a revision alone, that nothing was committed to the
  /// branch since.
  ///
  /// @param lineage what the revision was counted in, `""` where no backup had taken the store's
  ///   place: in another one the condition does not hold. Empty for a number that is believed
  @Json(naming = Naming.LowerHyphen)
  public record Condition(
      Optional<String> key, Optional<Long> revision, Optional<String> lineage) {}

  /// What happens to keys that changed on both branches.
  public enum MergeMode {
    /// The source's value is taken.
    OVERWRITE,
    /// None may have.
    FAST_FORWARD,
    /// JSON objects are merged member by member; all else is a conflict.
    THREE_WAY
  }

  /// Which of two values is kept where both changed.
  public enum Side {
    /// The value of the branch that is written to.
    OURS,
    /// The value that the merge or revert brings.
    THEIRS
  }

  /// `POST /v1/store/merges`: brings to a branch what changed on another since both were last the
  /// same.
  ///
  /// @param resolutions which side is kept of a key in conflict
  @Json(naming = Naming.LowerHyphen)
  public record Merge(
      String source,
      String target,
      MergeMode mode,
      SortedMap<String, Side> resolutions,
      Optional<String> message) {
    public Merge {
      Objects.requireNonNull(source, "source is missing");
      Objects.requireNonNull(target, "target is missing");
      Objects.requireNonNull(mode, "mode is missing");
      Objects.requireNonNull(resolutions, "resolutions is missing");
    }
  }

  /// `POST /v1/store/reverts`: takes back what one commit changed, a merge as well.
  ///
  /// @param resolutions which side is kept of a key that was changed again since
  @Json(naming = Naming.LowerHyphen)
  public record Revert(
      Optional<String> branch,
      long revision,
      SortedMap<String, Side> resolutions,
      Optional<String> message) {
    public Revert {
      Objects.requireNonNull(resolutions, "resolutions is missing");
    }
  }

  /// A branch as of a point.
  ///
  /// @param branch the first branch when empty
  /// @param at the newest state when empty
  public record At(Optional<String> branch, Optional<String> at) {
    /// The first branch as it is now.
    public static At now() {
      return new At(Optional.empty(), Optional.empty());
    }
  }

  /// One page of a list.
  ///
  /// @param after what the page before named as `next`; empty for the first
  /// @param limit at most so many; as many as a page may have when empty
  public record Page(Optional<String> after, Optional<Integer> limit) {
    /// The first page, as large as it may be.
    public static Page first() {
      return new Page(Optional.empty(), Optional.empty());
    }

    /// The next one, of the same size.
    public Page behind(String next) {
      return new Page(Optional.of(next), limit);
    }
  }

  /// Under which condition a key is written.
  ///
  /// @param tag of the commit that wrote it last; revision 0 = it is not there
  public record Expected(Optional<RevisionTag> tag) {
    /// Whatever it holds.
    public static Expected anything() {
      return new Expected(Optional.empty());
    }

    public static Expected absent() {
      return at(new RevisionTag(0, ""));
    }

    public static Expected at(RevisionTag tag) {
      return new Expected(Optional.of(tag));
    }
  }
}
