package dev.stead.cli;

import dev.stead.sdk.Client;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stead restart`
@Command(
    description = "Replaces every instance of the live release by a new one, without downtime.",
    mixinStandardHelpOptions = true)
final class RestartCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final PlainOperation operation = new PlainOperation();

  RestartCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    return operation.follow(surroundings, Client::restart, "is restarted");
  }
}
