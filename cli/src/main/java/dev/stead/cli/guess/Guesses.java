package dev.stead.cli.guess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Every kind of project that is known, asked in turn.
public final class Guesses {
  private static final List<Guess.Kind> KINDS =
      List.of(new MavenKind(), new NodeKind(), new PythonKind(), new StaticKind());

  private static final String PROCFILE = "Procfile";

  private Guesses() {}

  /// A `stead.toml` that was guessed.
  ///
  /// @param kind what the project seems to be, for people
  /// @param text the file
  public record Written(String kind, String text) {}

  /// Looks at a directory; empty when it is no kind of project that is known.
  public static Optional<Written> look(Path project) throws IOException {
    Optional<Guess> found = Optional.empty();
    for (var kind : KINDS) {
      found = found.isPresent() ? found : kind.guess(project);
    }
    if (Files.isRegularFile(project.resolve(PROCFILE))) {
      found =
          Optional.of(
              found
                  .map(guess -> guess.withProcfile(guess.kind() + " with a Procfile"))
                  .orElseGet(
                      () ->
                          Guess.of("a project with a Procfile", Guess.directoryName(project))
                              .withProcfile("a project with a Procfile")));
    }
    return found.map(guess -> new Written(guess.kind(), Page.of(guess)));
  }

  /// What is looked for, for people.
  public static List<String> lookedFor() {
    var lines = new java.util.ArrayList<String>();
    KINDS.forEach(kind -> lines.add(kind.looksFor()));
    lines.add("Procfile");
    return lines;
  }
}
