package dev.stead.cli;

import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/// The options `--app` and `--env`, and what is meant without them.
final class AppChoice {
  @Mixin private final AppOption app = new AppOption();
  @Mixin private final EnvironmentChoice environment = new EnvironmentChoice();

  /// The app that `--app` names, in the environment.
  Optional<String> named() {
    return app.named().map(environment::of);
  }

  EnvironmentChoice environment() {
    return environment;
  }

  /// The app that the command is about, named as [dev.stead.sdk.AppName] says.
  String name(Surroundings surroundings) throws IOException {
    return name(surroundings, Optional.empty());
  }

  /// The same, for a command that takes the app as its argument, too.
  String name(Surroundings surroundings, Optional<String> argument) throws IOException {
    return environment.of(argument.isPresent() ? argument.orElseThrow() : app.name(surroundings));
  }
}
