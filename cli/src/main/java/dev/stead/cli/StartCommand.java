package dev.stead.cli;

import dev.stead.sdk.Client;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stead start`
@Command(
    description = "Starts an app that was stopped, with the release that was live.",
    mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final PlainOperation operation = new PlainOperation();

  StartCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    return operation.follow(surroundings, Client::startApp, "runs again");
  }
}
