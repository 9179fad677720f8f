package dev.stead.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes with a content type. The bytes are not copied: nobody writes to an array that a value was
/// made of.
public final class Value {
  private final String contentType;
  private final byte[] bytes;

  public Value(String contentType, byte[] bytes) {
    this.contentType = contentType;
    this.bytes = bytes;
  }

  /// A JSON document.
  public static Value json(byte[] document) {
    return new Value("application/json", document);
  }

  public String contentType() {
    return contentType;
  }

  public byte[] bytes() {
    return bytes;
  }

  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Value value
        && contentType.equals(value.contentType)
        && Arrays.equals(bytes, value.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * contentType.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "%s, %d bytes".formatted(contentType, bytes.length);
  }
}
