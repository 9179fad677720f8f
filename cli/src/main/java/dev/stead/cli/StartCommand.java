package dev.stead.cli;

import dev.stead.sdk.Requests;
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

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  StartCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at);
    var started = at.client().startApp(name, new Requests.Plain(wait.time()));
    return new Operation(at).follow(name, started, "runs again");
  }
}
