package dev.stead.cli;

import dev.stead.sdk.AppName;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The option `--env`.
final class EnvironmentChoice {
  @Option(
      names = "--env",
      paramLabel = "NAME",
      description = "the environment; without it production")
  private Optional<String> environment = Optional.empty();

  Optional<String> named() {
    return environment;
  }

  /// The option as it was given, with a space in front.
  String argument() {
    return environment.map(" --env "::concat).orElse("");
  }

  /// An app's name in the environment.
  ///
  /// @param app its name, `cv`; `staging.cv` says the environment as well
  String of(String app) {
    try {
      var name = AppName.of(app);
      return environment.map(name::in).orElse(name).toString();
    } catch (IllegalArgumentException e) {
      throw Misuse.of("choosing the app", String.valueOf(e.getMessage()));
    }
  }
}
