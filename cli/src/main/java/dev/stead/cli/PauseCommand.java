package dev.stead.cli;

import dev.stead.sdk.Requests;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead pause`
@Command(
    description =
        "Lets requests wait at the edge, 1,000 of them for a minute each, until `stead resume`.",
    mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "0..1",
      paramLabel = "APP",
      description = "the app; without it the one of --app or of the stead.toml here")
  private Optional<String> named = Optional.empty();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  PauseCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at, named);
    var started = at.client().pause(name, new Requests.Plain(wait.time()));
    return new Operation(at).follow(name, started, "is paused");
  }
}
