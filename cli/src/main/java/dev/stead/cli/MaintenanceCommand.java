package dev.stead.cli;

import dev.stead.sdk.Requests;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead maintenance`
@Command(
    description =
        "Answers every request but the health check's with a page that says so, until it is off"
            + " again. What runs goes on.",
    mixinStandardHelpOptions = true)
final class MaintenanceCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "on|off", description = "what it is to be")
  private Switch wanted = Switch.ON;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "APP",
      description = "the app; without it the one of --app or of the stead.toml here")
  private Optional<String> named = Optional.empty();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  private enum Switch {
    ON,
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  MaintenanceCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at, named);
    var on = wanted == Switch.ON;
    var started = at.client().maintenance(name, new Requests.Maintenance(on, wait.time()));
    return new Operation(at)
        .follow(name, started, on ? "is in maintenance" : "is not in maintenance");
  }
}
