package dev.stead.cli;

import dev.stead.sdk.Requests;
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

  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  StopCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var name = app.name(surroundings);
    var started = surroundings.client().stop(name, new Requests.Plain(wait.time()));
    return new Operation(surroundings).follow(name, started, "is stopped");
  }
}
