package dev.stead.cli;

import dev.stead.cli.seed.Unseed;
import dev.stead.cli.ssh.Destination;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead unseed`
@Command(
    description =
        "Stops every app on a server and takes Stead off it. What the apps stored stays in"
            + " /var/lib/stead, for a later seed.",
    mixinStandardHelpOptions = true)
final class UnseedCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "[USER@]HOST", description = "the server, as ssh takes it")
  private String host = "";

  @Option(
      names = "--with-data",
      description = "remove /var/lib/stead, too: volumes, releases, logs")
  private boolean withData;

  @Mixin private final Confirmation confirmation = new Confirmation();

  UnseedCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var destination = new Destination(host);
    var terminal = surroundings.terminal();
    var what = "%s on %s".formatted(withData ? "Every app and ALL DATA" : "Every app", host);
    confirmation.require(terminal, destination.host(), what, "unseeding " + host);
    new Unseed(surroundings.connection(destination), new SeedView(terminal))
        .run(withData ? Unseed.Fate.REMOVED : Unseed.Fate.KEPT);
    terminal.line(
        withData
            ? "Stead and its data are off " + host
            : "Stead is off %s; the data is kept in /var/lib/stead".formatted(host));
    return ExitCode.OK.code();
  }
}
