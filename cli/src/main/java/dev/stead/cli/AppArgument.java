package dev.stead.cli;

import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The app as a command's one argument, or as `--app` and `--env` choose it.
final class AppArgument {
  @Parameters(
      arity = "0..1",
      paramLabel = "APP",
      description = "the app; without it the one of --app or of the stead.toml here")
  private Optional<String> argument = Optional.empty();

  @Mixin private final AppChoice app = new AppChoice();

  /// The app that the command is about, named as [dev.stead.sdk.AppName] says.
  String name(Surroundings surroundings) throws IOException {
    return app.name(surroundings, argument);
  }
}
