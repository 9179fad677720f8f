package dev.stead.sdk;

import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// JSON as the API speaks it: kebab-case names, ISO 8601 times, unknown members ignored so that an
/// older client can talk to a newer agent, missing ones refused unless they are optional.
public final class Wire {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private Wire() {}

  /// Loads what reading JSON needs and finds out how a status is built, so that the first answer
  /// need not wait for that. Changes nothing; meant for a thread beside one that does something
  /// else.
  public static void warm() {
    MAPPER.readerFor(Answers.Status.class);
  }

  public static byte[] write(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /// Reads a value; its type is fixed by the caller.
  ///
  /// @throws IllegalArgumentException when the bytes are not such a value; the message says where
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "not a valid %s: %s".formatted(type.getSimpleName(), e.getOriginalMessage()), e);
    }
  }

  /// Reads a value from a stream, which stays open.
  ///
  /// @throws IllegalArgumentException when the bytes are not such a value; the message says where
  public static <T> T read(InputStream json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "not a valid %s: %s".formatted(type.getSimpleName(), e.getOriginalMessage()), e);
    }
  }
}
