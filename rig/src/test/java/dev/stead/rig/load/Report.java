package dev.stead.rig.load;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What became of everything that was sent.
///
/// @param posted how many POSTs were begun: `id-0`, `id-1`, …
public record Report(Map<Kind, Line> lines, int posted) {
  public Report {
    lines = new EnumMap<>(lines);
  }

  /// What became of one kind.
  ///
  /// @param failures the first reasons
  public record Line(int done, int failed, List<String> failures, List<Cut> cuts) {}

  /// A stream that the client did not end.
  ///
  /// @param release that the stream was of
  /// @param atNanos by [System#nanoTime]
  public record Cut(int release, String how, long atNanos) {}

  public Line of(Kind kind) {
    return java.util.Objects.requireNonNull(lines.get(kind));
  }

  public List<String> failures() {
    return lines.entrySet().stream()
        .flatMap(line -> line.getValue().failures().stream().map(f -> line.getKey() + ": " + f))
        .toList();
  }

  public Stream<Cut> cuts() {
    return lines.values().stream().flatMap(line -> line.cuts().stream());
  }

  @Override
  public String toString() {
    return lines.entrySet().stream()
        .map(
            line ->
                "%s: %d done, %d failed, %d cut"
                    .formatted(
                        line.getKey(),
                        line.getValue().done(),
                        line.getValue().failed(),
                        line.getValue().cuts().size()))
        .collect(Collectors.joining("; "));
  }
}
