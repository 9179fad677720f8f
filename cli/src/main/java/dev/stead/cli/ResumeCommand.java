package dev.stead.cli;

import dev.stead.sdk.Client;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stead resume`
@Command(
    description = "Lets requests pass again, those that wait first; ends a maintenance, too.",
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final PlainOperation operation = new PlainOperation();

  ResumeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    return operation.follow(surroundings, Client::resume, "takes requests");
  }
}
