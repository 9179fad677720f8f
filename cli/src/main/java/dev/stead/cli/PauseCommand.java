package dev.stead.cli;

import dev.stead.sdk.Client;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stead pause`
@Command(
    description =
        "Lets requests wait at the edge, 1,000 of them for a minute each, until `stead resume`.",
    mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final PlainOperation operation = new PlainOperation();

  PauseCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    return operation.follow(surroundings, Client::pause, "is paused");
  }
}
