package dev.stead.agent.api;

import dev.stead.store.Patch.Edit;
import dev.stead.store.Value;
import dev.stead.store.document.Patches;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.StringJoiner;

/// Former values as crush tells them, in JSON.
final class CrushPatch {
  private CrushPatch() {}

  /// The value itself in base64; `null` for one that was deleted.
  static String value(Optional<Value> value) {
    return value.map(some -> base64(some.bytes())).orElse("null");
  }

  static String base64(byte[] bytes) {
    return "\"" + Base64.getEncoder().encodeToString(bytes) + "\"";
  }

  /// The edits that turn the newer value into the older one. One that is not there has no bytes.
  static String between(Optional<Value> newer, Optional<Value> older) {
    var from = bytes(newer);
    var patch = new StringJoiner(",", "[", "]");
    var at = 0;
    for (var edit : Patches.edits(from, bytes(older))) {
      switch (edit) {
        case Edit.Keep(int count) -> {
          patch.add(step("eq", Arrays.copyOfRange(from, at, at + count)));
          at += count;
        }
        case Edit.Delete(ByteBuffer gone) -> {
          patch.add(step("del", Arrays.copyOfRange(from, at, at + gone.remaining())));
          at += gone.remaining();
        }
        case Edit.Insert(ByteBuffer come) -> {
          var inserted = new byte[come.remaining()];
          come.duplicate().get(inserted);
          patch.add(step("ins", inserted));
        }
      }
    }
    return patch.toString();
  }

  private static byte[] bytes(Optional<Value> value) {
    return value.map(Value::bytes).orElseGet(() -> new byte[0]);
  }

  private static String step(String kind, byte[] bytes) {
    return "[\"%s\",%s]".formatted(kind, base64(bytes));
  }
}
