package dev.stead.cli;

import dev.stead.sdk.Requests;
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

  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  RestartCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var name = app.name(surroundings);
    var started = surroundings.client().restart(name, new Requests.Plain(wait.time()));
    return new Operation(surroundings).follow(name, started, "is restarted");
  }
}
