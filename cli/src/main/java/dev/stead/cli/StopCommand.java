package dev.stead.cli;

import dev.stead.sdk.Client;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stead stop`
@Command(
    description = "Stops every instance of the app; its releases, volumes and routes stay.",
    mixinStandardHelpOptions = true)
final class StopCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final PlainOperation operation = new PlainOperation();

  StopCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    return operation.follow(surroundings, Client::stop, "is stopped");
  }
}
