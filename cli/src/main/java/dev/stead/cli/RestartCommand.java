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

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  RestartCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at);
    var started = at.client().restart(name, new Requests.Plain(wait.time()));
    return new Operation(at).follow(name, started, "is restarted");
  }
}
