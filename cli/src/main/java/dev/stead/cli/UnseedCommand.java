package dev.stead.cli;

import dev.stead.cli.seed.Unseed;
import dev.stead.cli.ssh.Destination;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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

  @Option(
      names = "--confirm",
      paramLabel = "HOST",
      description = "the host's name once more, instead of being asked for it")
  private Optional<String> confirmed = Optional.empty();

  UnseedCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var destination = new Destination(host);
    confirm(destination.host());
    var terminal = surroundings.terminal();
    new Unseed(surroundings.connection(destination), new SeedView(terminal))
        .run(withData ? Unseed.Fate.REMOVED : Unseed.Fate.KEPT);
    terminal.line(
        withData
            ? "Stead and its data are off " + host
            : "Stead is off %s; the data is kept in /var/lib/stead".formatted(host));
    return ExitCode.OK.code();
  }

  private void confirm(String name) throws IOException {
    var what = withData ? "Every app and ALL DATA" : "Every app";
    var typed =
        confirmed.isPresent()
            ? confirmed
            : surroundings
                .terminal()
                .ask("%s on %s will go. Type %s to go on:".formatted(what, host, name));
    if (!typed.equals(Optional.of(name))) {
      throw new ProblemException(
          Problem.of(
              Code.NOT_CONFIRMED,
              "unseeding " + host,
              typed.isEmpty() ? "nobody could be asked" : "the name typed is another"));
    }
  }
}
