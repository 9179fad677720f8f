package dev.stead.sdk;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import java.io.InputStream;

/// JSON as the API speaks it: kebab-case names, ISO 8601 times, unknown members ignored so that an
/// older client can talk to a newer agent, missing ones refused unless they are optional: a
/// record's constructor says what must be there, by [java.util.Objects#requireNonNull].
public final class Wire {
  /// Longest text that a record may bear, in bytes of UTF-8: the library reads no string of 32,768
  /// characters.
  public static final int TEXT_BYTES_MAX = 24 << 10;

  private static final Jsonb JSON =
      Jsonb.builder().serializeNulls(true).serializeEmpty(true).add(WireTypes::adapter).build();

  private Wire() {}

  public static byte[] write(Object value) {
    return JSON.toJsonBytes(value);
  }

  /// Reads a value; its type is fixed by the caller.
  ///
  /// @throws IllegalArgumentException when the bytes are not such a value; the message says where
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      return JSON.type(type).fromJson(json);
    } catch (JsonException | IllegalArgumentException | NullPointerException e) {
      throw unreadable(type, e);
    }
  }

  /// Reads a value from a stream, which stays open.
  ///
  /// @throws IllegalArgumentException when the bytes are not such a value; the message says where
  public static <T> T read(InputStream json, Class<T> type) {
    try {
      return JSON.type(type).fromJson(json);
    } catch (JsonException | IllegalArgumentException | NullPointerException e) {
      throw unreadable(type, e);
    }
  }

  private static IllegalArgumentException unreadable(Class<?> type, RuntimeException e) {
    return new IllegalArgumentException(
        "not a valid %s: %s".formatted(type.getSimpleName(), e.getMessage()), e);
  }
}
