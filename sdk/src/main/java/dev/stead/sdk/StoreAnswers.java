package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The bodies of the answers under `/v1/store`.
public final class StoreAnswers {
  private StoreAnswers() {}

  /// `GET /v1/store/branches`
  @Json(naming = Naming.LowerHyphen)
  public record Branches(List<Branch> branches) {
    public Branches {
      Objects.requireNonNull(branches, "branches is missing");
    }
  }

  /// A branch.
  ///
  /// @param parent what it was forked from; empty for the first branch
  /// @param forkedAt the revision of the parent that it sees last
  /// @param prefix the keys of the parent that it sees; empty for all, or where it sees one `key`
  /// @param head its newest revision
  /// @param author who forked it
  @Json(naming = Naming.LowerHyphen)
  public record Branch(
      String name,
      Optional<String> parent,
      Optional<Long> forkedAt,
      Optional<String> prefix,
      Optional<String> key,
      long head,
      String author,
      String message,
      Instant created) {
    public Branch {
      Objects.requireNonNull(name, "name is missing");
      Objects.requireNonNull(author, "author is missing");
      Objects.requireNonNull(message, "message is missing");
      Objects.requireNonNull(created, "created is missing");
    }
  }

  /// `GET /v1/store/keys`: one page, in the order of the keys' bytes.
  ///
  /// @param next the `after` of the next page; empty on the last one
  @Json(naming = Naming.LowerHyphen)
  public record Keys(List<Key> keys, Optional<String> next) {
    public Keys {
      Objects.requireNonNull(keys, "keys is missing");
    }
  }

  /// A key and what stands there, without its bytes.
  ///
  /// @param revision what wrote it
  @Json(naming = Naming.LowerHyphen)
  public record Key(String key, long revision, String contentType, long bytes) {
    public Key {
      Objects.requireNonNull(key, "key is missing");
      Objects.requireNonNull(contentType, "content-type is missing");
    }
  }

  /// A key's value.
  ///
  /// @param tag of the commit that wrote it
  public record Value(RevisionTag tag, String contentType, ByteBuffer bytes) {}

  /// What a write became. The revision is that of the commit.
  ///
  /// @param lineage what the revision was counted in; empty where no backup took the store's place
  @Json(naming = Naming.LowerHyphen)
  public record Committed(long revision, Optional<String> lineage) {
    /// What a later write expects that shall replace this one.
    public RevisionTag tag() {
      return new RevisionTag(revision, lineage.orElse(""));
    }
  }

  /// `GET /v1/store/history`: what happened, newest first.
  ///
  /// @param next the revision that the next page is asked for `at`; empty on the last one. A page
  ///   holds whole commits; of one that changes more keys than a page has, the first ones
  @Json(naming = Naming.LowerHyphen)
  public record History(List<Change> changes, Optional<Long> next) {
    public History {
      Objects.requireNonNull(changes, "changes is missing");
    }
  }

  /// What one commit did to one key.
  ///
  /// @param value what it wrote; empty for a delete
  /// @param toFormer turns it into what was there before; empty where it was not asked for, or what
  ///   was before was compacted
  @Json(naming = Naming.LowerHyphen)
  public record Change(
      String key,
      long revision,
      Instant at,
      String author,
      String message,
      Optional<Key> value,
      Optional<Patch> toFormer) {
    public Change {
      Objects.requireNonNull(key, "key is missing");
      Objects.requireNonNull(at, "at is missing");
      Objects.requireNonNull(author, "author is missing");
      Objects.requireNonNull(message, "message is missing");
    }
  }

  /// What turns one value into another.
  @Json(naming = Naming.LowerHyphen, typeProperty = "kind")
  @Json.SubType(type = Removal.class, name = "removal")
  @Json.SubType(type = Whole.class, name = "whole")
  @Json.SubType(type = Document.class, name = "json")
  @Json.SubType(type = Bytes.class, name = "bytes")
  public sealed interface Patch {}

  /// The key is not there.
  public record Removal() implements Patch {}

  /// All of it is new.
  ///
  /// @param value in JSON as base64
  public record Whole(String contentType, ByteBuffer value) implements Patch {
    public Whole {
      Objects.requireNonNull(contentType, "content-type is missing");
      Objects.requireNonNull(value, "value is missing");
    }
  }

  /// For two JSON documents.
  ///
  /// @param operations a JSON array of operations (RFC 6902)
  public record Document(@Json.Raw String operations) implements Patch {
    public Document {
      Objects.requireNonNull(operations, "operations is missing");
    }
  }

  /// For bytes of any kind: the edits from the first byte to the last.
  public record Bytes(List<Edit> edits) implements Patch {
    public Bytes {
      Objects.requireNonNull(edits, "edits is missing");
    }
  }

  /// One step through the bytes: exactly one of the three.
  ///
  /// @param keep so many stay
  /// @param delete these go; in JSON as base64
  /// @param insert these come; in JSON as base64
  @Json(naming = Naming.LowerHyphen)
  public record Edit(
      Optional<Integer> keep, Optional<ByteBuffer> delete, Optional<ByteBuffer> insert) {}

  /// `GET /v1/store/diff`: one page of the keys that are not the same at two points.
  ///
  /// @param next the `after` of the next page; empty on the last one
  @Json(naming = Naming.LowerHyphen)
  public record Differences(List<Difference> differences, Optional<String> next) {
    public Differences {
      Objects.requireNonNull(differences, "differences is missing");
    }
  }

  /// A key that is not the same; at one of the points it may be missing.
  @Json(naming = Naming.LowerHyphen)
  public record Difference(String key, Optional<Key> left, Optional<Key> right) {
    public Difference {
      Objects.requireNonNull(key, "key is missing");
    }
  }

  /// What became of a merge or revert.
  public enum Outcome {
    /// One commit was written.
    MERGED,
    /// There was nothing to bring.
    UP_TO_DATE,
    /// The target changed since, which a fast-forward does not allow: nothing was written.
    DIVERGED,
    /// Keys changed on both sides and no side was chosen: nothing was written.
    CONFLICTED
  }

  /// `POST /v1/store/merges` and `…/reverts`
  ///
  /// @param revision the commit that was written
  /// @param keys what it changed
  /// @param base the last point that both branches have in common, where they diverged
  /// @param conflicts all of them, in key order
  @Json(naming = Naming.LowerHyphen)
  public record Merged(
      Outcome outcome,
      Optional<Long> revision,
      List<String> keys,
      Optional<CommonPoint> base,
      List<KeyConflict> conflicts) {
    public Merged {
      Objects.requireNonNull(outcome, "outcome is missing");
      Objects.requireNonNull(keys, "keys is missing");
      Objects.requireNonNull(conflicts, "conflicts is missing");
    }
  }

  @Json(naming = Naming.LowerHyphen)
  public record CommonPoint(String branch, long revision) {
    public CommonPoint {
      Objects.requireNonNull(branch, "branch is missing");
    }
  }

  /// A key that changed on both sides. The values themselves stand on the branches.
  ///
  /// @param paths the members of a JSON object that did (JSON Pointers, RFC 6901); `""` alone where
  ///   it is the value as a whole
  @Json(naming = Naming.LowerHyphen)
  public record KeyConflict(
      String key,
      List<String> paths,
      Optional<Content> base,
      Optional<Content> ours,
      Optional<Content> theirs) {
    public KeyConflict {
      Objects.requireNonNull(key, "key is missing");
      Objects.requireNonNull(paths, "paths is missing");
    }
  }

  /// What a value is, without its bytes.
  @Json(naming = Naming.LowerHyphen)
  public record Content(String contentType, long bytes) {
    public Content {
      Objects.requireNonNull(contentType, "content-type is missing");
    }
  }

  /// `GET /v1/store/watch`: what a watch came to; the revision is the event's id.
  @Json(naming = Naming.LowerHyphen, typeProperty = "type")
  @Json.SubType(type = Commit.class, name = "commit")
  @Json.SubType(type = Compacted.class, name = "compacted")
  public sealed interface Seen {
    long revision();
  }

  /// A commit, with those of its changes that are under the prefix, in key order.
  public record Commit(
      long revision, Instant at, String author, String message, List<Change> changes)
      implements Seen {
    public Commit {
      Objects.requireNonNull(at, "at is missing");
      Objects.requireNonNull(author, "author is missing");
      Objects.requireNonNull(message, "message is missing");
      Objects.requireNonNull(changes, "changes is missing");
    }
  }

  /// Commits up to this revision are no longer all there: read the state as of it; the watch goes
  /// on behind it.
  public record Compacted(long revision) implements Seen {}

  /// `GET /v1/store/check`
  ///
  /// @param violations each invariant that does not hold; none for a sound store
  @Json(naming = Naming.LowerHyphen)
  public record Check(long revision, List<String> violations) {
    public Check {
      Objects.requireNonNull(violations, "violations is missing");
    }
  }
}
