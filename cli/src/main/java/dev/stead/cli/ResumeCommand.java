package dev.stead.cli;

import dev.stead.sdk.Requests;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead resume`
@Command(
    description = "Lets requests pass again, those that wait first; ends a maintenance, too.",
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "0..1",
      paramLabel = "APP",
      description = "the app; without it the one of --app or of the stead.toml here")
  private Optional<String> named = Optional.empty();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  ResumeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at, named);
    var started = at.client().resume(name, new Requests.Plain(wait.time()));
    return new Operation(at).follow(name, started, "takes requests");
  }
}
