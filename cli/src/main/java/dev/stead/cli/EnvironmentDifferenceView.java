package dev.stead.cli;

import dev.stead.sdk.Answers.AppDifference;
import dev.stead.sdk.Answers.EnvironmentDifference;
import java.util.Optional;

/// What differs between two environments, as people read it.
record EnvironmentDifferenceView(Terminal terminal) {

  void print(EnvironmentDifference difference) {
    difference.apps().forEach(this::print);
  }

  private void print(AppDifference app) {
    var same = app.from().isPresent() && app.to().isPresent() && app.lines().isEmpty();
    terminal.line(
        "%s %s → %s%s"
            .formatted(
                app.app(),
                title(app.from()),
                title(app.to()),
                same ? ": the same code and config" : ""));
    app.lines().forEach(line -> terminal.line("  " + line));
  }

  private static String title(Optional<Integer> release) {
    return release.map(number -> "v" + number).orElse("(nothing live)");
  }
}
