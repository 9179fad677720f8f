package dev.stead.cli.project;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The problems found in one file so far, with their lines.
final class Faults {
  private final String file;
  private final List<Fault> found = new ArrayList<>();

  Faults(String file) {
    this.file = file;
  }

  /// One problem. Line 0 means the file as a whole.
  private record Fault(int line, String text) {}

  void add(int line, String text) {
    found.add(new Fault(line, text));
  }

  boolean any() {
    return !found.isEmpty();
  }

  /// The problems in the order of their lines, each as `stead.toml:7: …`.
  List<String> lines() {
    return found.stream()
        .sorted(Comparator.comparingInt(Fault::line))
        .map(f -> f.line == 0 ? file + ": " + f.text : file + ":" + f.line + ": " + f.text)
        .toList();
  }

  /// Refuses the project when any of the files has a problem, naming all of them.
  static void refuseIfAny(List<Faults> files) {
    var lines = files.stream().flatMap(faults -> faults.lines().stream()).toList();
    if (lines.isEmpty()) {
      return;
    }
    var why = lines.size() == 1 ? "it has a problem" : "it has %d problems".formatted(lines.size());
    throw new ProblemException(
        Problem.of(Code.BAD_CONFIG, "reading the project's stead.toml", why).withDetails(lines));
  }
}
