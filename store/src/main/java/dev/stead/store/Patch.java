package dev.stead.store;

import java.nio.ByteBuffer;
import java.util.List;

/// What turns one value into another.
public sealed interface Patch {
  /// There is nothing afterwards.
  record Removal() implements Patch {}

  /// All of it is new: there was nothing before, or something of another content type.
  record Whole(Value value) implements Patch {}

  /// For two JSON documents.
  ///
  /// @param operations a JSON array of operations (RFC 6902)
  record Json(String operations) implements Patch {}

  /// For bytes of any kind: the edits from the first byte to the last.
  record Bytes(List<Edit> edits) implements Patch {}

  /// One step through the bytes of the former value.
  sealed interface Edit {
    /// So many bytes stay.
    record Keep(int count) implements Edit {}

    /// These bytes go.
    record Delete(ByteBuffer bytes) implements Edit {}

    /// These bytes come.
    record Insert(ByteBuffer bytes) implements Edit {}
  }
}
