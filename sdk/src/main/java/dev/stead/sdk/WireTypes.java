package dev.stead.sdk;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.avaje.jsonb.Jsonb;
import io.avaje.jsonb.Types;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The types that the JSON library does not know, or reads otherwise than the API means them: a
/// `null` is an empty optional like a member that is missing, and maps with names as keys are
/// sorted; one case of a sealed interface is that interface's.
final class WireTypes {
  private WireTypes() {}

  /// The adapter of such a type; null, as the library asks, for any other.
  static @Nullable JsonAdapter<?> adapter(Type type, Jsonb json) {
    if (type == OptionalInt.class) {
      return new Adapter<OptionalInt, Integer>(
          json.adapter(Integer.class),
          some -> some.isPresent() ? some.getAsInt() : null,
          value -> value == null ? OptionalInt.empty() : OptionalInt.of(value));
    }
    if (type == OptionalLong.class) {
      return new Adapter<OptionalLong, Long>(
          json.adapter(Long.class),
          some -> some.isPresent() ? some.getAsLong() : null,
          value -> value == null ? OptionalLong.empty() : OptionalLong.of(value));
    }
    if (type == OptionalDouble.class) {
      return new Adapter<OptionalDouble, Double>(
          json.adapter(Double.class),
          some -> some.isPresent() ? some.getAsDouble() : null,
          value -> value == null ? OptionalDouble.empty() : OptionalDouble.of(value));
    }
    if (type == ByteBuffer.class) {
      return new Bytes();
    }
    if (type instanceof Class<?> one && one.isRecord()) {
      return variant(one, json);
    }
    return type instanceof ParameterizedType generic ? generic(generic, json) : null;
  }

  /// A record that implements a sealed interface is written as that, with the member that says
  /// which it is.
  private static @Nullable JsonAdapter<?> variant(Class<?> type, Jsonb json) {
    for (var implemented : type.getInterfaces()) {
      if (implemented.isSealed()) {
        return json.adapter(implemented);
      }
    }
    return null;
  }

  private static @Nullable JsonAdapter<?> generic(ParameterizedType type, Jsonb json) {
    var arguments = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return optional(json.adapter(arguments[0]));
    }
    return type.getRawType() == SortedMap.class
        ? sorted(json.adapter(Types.mapOf(arguments[1])))
        : null;
  }

  private static <T> JsonAdapter<Optional<T>> optional(JsonAdapter<T> value) {
    return new Adapter<>(value, some -> some.orElse(null), one -> Optional.ofNullable(one));
  }

  private static <V> JsonAdapter<SortedMap<String, V>> sorted(JsonAdapter<Map<String, V>> plain) {
    return new Adapter<>(plain, map -> map, map -> map == null ? null : new TreeMap<>(map));
  }

  /// Bytes, in base64 (RFC 4648, section 4). A string would be bounded at 48 KiB by the library.
  private record Bytes() implements JsonAdapter<ByteBuffer> {
    @Override
    public void toJson(JsonWriter writer, @Nullable ByteBuffer value) {
      if (value == null) {
        writer.nullValue();
        return;
      }
      var bytes = new byte[value.remaining()];
      value.duplicate().get(bytes);
      writer.value(bytes);
    }

    @Override
    public @Nullable ByteBuffer fromJson(JsonReader reader) {
      return reader.isNullValue() ? null : ByteBuffer.wrap(reader.readBinary());
    }
  }

  /// One type by way of another that the library knows.
  private record Adapter<T, K>(
      JsonAdapter<K> known, Function<T, @Nullable K> to, Function<@Nullable K, @Nullable T> from)
      implements JsonAdapter<T> {

    @Override
    public void toJson(JsonWriter writer, T value) {
      known.toJson(writer, to.apply(value));
    }

    @Override
    public @Nullable T fromJson(JsonReader reader) {
      return from.apply(known.fromJson(reader));
    }
  }
}
