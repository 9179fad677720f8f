package dev.stead.cli.project;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/// One table of a `stead.toml`, read key by key. A value that cannot be used is noted as a fault
/// with its line and reads as absent, so that one pass finds all of them.
final class Section {
  private final String name;
  private final TomlTable table;
  private final Faults faults;

  /// @param name as written, `process.web`; empty for the top of the file
  Section(String name, TomlTable table, Faults faults) {
    this.name = name;
    this.table = table;
    this.faults = faults;
  }

  /// The names in this table, in the order of the file.
  List<String> keys() {
    return table.keySet().stream()
        .sorted(Comparator.comparingInt(this::line).thenComparing(key -> key))
        .toList();
  }

  int line(String key) {
    var position = table.inputPositionOf(List.of(key));
    return position == null ? 0 : position.line();
  }

  void fault(String key, String text) {
    faults.add(line(key), text);
  }

  /// The table under a key, when it is one.
  Optional<Section> section(String key) {
    var path = name.isEmpty() ? key : name + "." + key;
    return as(key, TomlTable.class, "a table, written [%s]".formatted(path))
        .map(value -> new Section(path, value, faults));
  }

  boolean isTable(String key) {
    return table.get(List.of(key)) instanceof TomlTable;
  }

  Optional<String> string(String key) {
    return as(key, String.class, "text in quotes");
  }

  /// Text that must not be blank.
  Optional<String> text(String key) {
    return string(key)
        .filter(value -> accepted(key, !value.isBlank(), "must not be empty, or leave it out"));
  }

  Optional<Boolean> bool(String key) {
    return as(key, Boolean.class, "true or false");
  }

  OptionalInt integer(String key, int least, int most) {
    var range = "a whole number from %d to %d".formatted(least, most);
    var value =
        as(key, Long.class, range)
            .filter(n -> accepted(key, n >= least && n <= most, "must be " + range));
    return value.isPresent() ? OptionalInt.of(value.orElseThrow().intValue()) : OptionalInt.empty();
  }

  /// A positive number, written with or without a fraction.
  OptionalDouble number(String key, double most) {
    var range = "a number above 0 and at most %.0f".formatted(most);
    var value =
        as(key, Number.class, range)
            .map(Number::doubleValue)
            .filter(n -> accepted(key, n > 0 && n <= most, "must be " + range));
    return value.isPresent() ? OptionalDouble.of(value.orElseThrow()) : OptionalDouble.empty();
  }

  Optional<Duration> duration(String key, Duration most) {
    return unit(key, "a duration such as \"500ms\", \"30s\" or \"10m\"", Units::duration)
        .filter(
            value ->
                accepted(
                    key,
                    value.compareTo(most) <= 0,
                    "must be at most " + Units.durationText(most)));
  }

  OptionalLong size(String key, long least) {
    Function<String, Optional<Long>> read = text -> Units.size(text).stream().boxed().findFirst();
    var value =
        unit(key, "a size such as \"256M\" or \"1G\"", read)
            .filter(
                bytes ->
                    accepted(key, bytes >= least, "must be at least " + Units.sizeText(least)));
    return value.isPresent() ? OptionalLong.of(value.orElseThrow()) : OptionalLong.empty();
  }

  List<String> strings(String key) {
    var result = new ArrayList<String>();
    var array = as(key, TomlArray.class, "a list of texts, written [\"a\", \"b\"]");
    if (array.isEmpty()) {
      return result;
    }
    for (int i = 0; i < array.orElseThrow().size(); i++) {
      if (array.orElseThrow().get(i) instanceof String text && !text.isBlank()) {
        result.add(text);
      } else {
        faults.add(
            array.orElseThrow().inputPositionOf(i).line(),
            "%s must hold texts in quotes only, and none of them empty".formatted(named(key)));
      }
    }
    return result;
  }

  /// Notes every key that is not among the valid ones, with the nearest of these, or with the
  /// section that it belongs to.
  void refuseUnknown(List<String> valid, Map<String, List<String>> elsewhere) {
    for (var key : keys()) {
      if (!valid.contains(key)) {
        fault(key, unknown(key, valid, elsewhere));
      }
    }
  }

  private String unknown(String key, List<String> valid, Map<String, List<String>> elsewhere) {
    var what =
        name.isEmpty()
            ? "unknown key or section '%s'".formatted(key)
            : "unknown key '%s' in [%s]".formatted(key, name);
    var home = elsewhere.entrySet().stream().filter(e -> e.getValue().contains(key)).findFirst();
    if (home.isPresent()) {
      return "%s; it belongs in [%s]".formatted(what, home.orElseThrow().getKey());
    }
    return Nearest.to(key, valid)
        .map(near -> "%s; did you mean '%s'?".formatted(what, near))
        .orElseGet(() -> "%s; valid here: %s".formatted(what, String.join(", ", valid)));
  }

  private <T> Optional<T> unit(String key, String expected, Function<String, Optional<T>> read) {
    var written = as(key, Object.class, expected);
    if (written.isEmpty()) {
      return Optional.empty();
    }
    var value =
        written.orElseThrow() instanceof String text ? read.apply(text) : Optional.<T>empty();
    if (value.isEmpty()) {
      fault(
          key,
          "%s must be %s, not %s".formatted(named(key), expected, shown(written.orElseThrow())));
    }
    return value;
  }

  private <T> Optional<T> as(String key, Class<T> type, String expected) {
    @Nullable Object value = table.get(List.of(key));
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      fault(key, "%s must be %s, not %s".formatted(named(key), expected, shown(value)));
      return Optional.empty();
    }
    return Optional.of(type.cast(value));
  }

  private boolean accepted(String key, boolean good, String rule) {
    if (!good) {
      fault(key, "%s %s, not %s".formatted(named(key), rule, shown(table.get(List.of(key)))));
    }
    return good;
  }

  private String named(String key) {
    return name.isEmpty() ? key : "[%s] %s".formatted(name, key);
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "nothing";
      case String text -> "\"" + text + "\"";
      case TomlTable _ -> "a table";
      case TomlArray _ -> "a list";
      default -> value.toString();
    };
  }
}
