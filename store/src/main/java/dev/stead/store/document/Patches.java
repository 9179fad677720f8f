package dev.stead.store.document;

import dev.stead.store.Patch;
import dev.stead.store.Patch.Edit;
import dev.stead.store.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Finds the patch between two values.
public final class Patches {
  private Patches() {}

  /// The patch that turns one value into another; empty stands for no value.
  public static Patch between(Optional<Value> from, Optional<Value> to) {
    if (to.isEmpty()) {
      return new Patch.Removal();
    }
    Value after = to.orElseThrow();
    if (from.isEmpty() || !from.orElseThrow().contentType().equals(after.contentType())) {
      return new Patch.Whole(after);
    }
    Value before = from.orElseThrow();
    Optional<JsonNode> left = Json.read(before);
    Optional<JsonNode> right = Json.read(after);
    if (left.isPresent() && right.isPresent()) {
      return new Patch.Json(JsonPatch.between(left.orElseThrow(), right.orElseThrow()));
    }
    return new Patch.Bytes(edits(before.bytes(), after.bytes()));
  }

  /// One replacement between what both start with and what both end with.
  public static List<Edit> edits(byte[] from, byte[] to) {
    int mismatch = Arrays.mismatch(from, to);
    int start = mismatch < 0 ? from.length : mismatch;
    int end = 0;
    while (end < Math.min(from.length, to.length) - start
        && from[from.length - 1 - end] == to[to.length - 1 - end]) {
      end++;
    }
    List<Edit> edits = new ArrayList<>();
    if (start > 0) {
      edits.add(new Edit.Keep(start));
    }
    if (from.length > start + end) {
      edits.add(new Edit.Delete(part(from, start, end)));
    }
    if (to.length > start + end) {
      edits.add(new Edit.Insert(part(to, start, end)));
    }
    if (end > 0) {
      edits.add(new Edit.Keep(end));
    }
    return edits;
  }

  private static ByteBuffer part(byte[] whole, int start, int end) {
    return ByteBuffer.wrap(Arrays.copyOfRange(whole, start, whole.length - end)).asReadOnlyBuffer();
  }
}
