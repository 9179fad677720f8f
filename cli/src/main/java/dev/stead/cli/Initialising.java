package dev.stead.cli;

import dev.stead.cli.guess.Guesses;
import dev.stead.cli.project.Project;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The writing of a `stead.toml` for a project that has none.
final class Initialising {
  private final Terminal terminal;

  Initialising(Surroundings surroundings) {
    this.terminal = surroundings.terminal();
  }

  /// Writes the file when the project is of a known kind, and the user does not refuse where there
  /// is one to ask.
  boolean offered(Path project) throws IOException {
    var guess = Guesses.look(project);
    if (guess.isEmpty()) {
      return false;
    }
    var what = "No stead.toml in %s, which looks like %s.".formatted(project, kind(guess));
    if (terminal.can(Terminal.Feature.PROMPTS)) {
      if (!terminal.confirms(what + " Write one?")) {
        return false;
      }
    } else {
      terminal.line(what);
    }
    write(project, guess.orElseThrow());
    return true;
  }

  private static String kind(java.util.Optional<Guesses.Written> guess) {
    return guess.map(Guesses.Written::kind).orElse("");
  }

  void write(Path project, Guesses.Written guess) throws IOException {
    var file = project.resolve(Project.FILE);
    Files.writeString(file, guess.text());
    terminal.line("Wrote %s for %s; each guess has a comment.".formatted(file, guess.kind()));
  }

  static Problem unknown(Path project) {
    return Problem.of(
            Code.UNKNOWN_PROJECT, "looking at the project in " + project, "it is of no known kind")
        .withDetails(Guesses.lookedFor().stream().map(what -> "looked for: " + what).toList());
  }
}
