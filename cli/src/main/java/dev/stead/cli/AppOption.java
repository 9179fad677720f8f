package dev.stead.cli;

import dev.stead.cli.project.Project;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The option `--app`, and what is meant without it.
final class AppOption {
  @Option(
      names = "--app",
      paramLabel = "NAME",
      description = "the app; without it the one of the stead.toml here")
  private Optional<String> app = Optional.empty();

  Optional<String> named() {
    return app;
  }

  /// The app that the command is about.
  String name(Surroundings surroundings) throws IOException {
    if (app.isPresent()) {
      return app.orElseThrow();
    }
    return Project.appName(surroundings.directory())
        .orElseThrow(
            () ->
                new ProblemException(
                    new Problem(
                        Code.NO_PROJECT.id(),
                        "choosing the app",
                        "there is no stead.toml that names one in " + surroundings.directory(),
                        "Change to the project's directory or name the app with --app.",
                        List.of())));
  }
}
