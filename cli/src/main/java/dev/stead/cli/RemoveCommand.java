package dev.stead.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stead remove`
@Command(
    description =
        "Removes a stopped app: its releases, config, secrets, deploy tokens and logs. Its volumes"
            + " stay on the server's disk, where a later app of this name finds them.",
    mixinStandardHelpOptions = true)
final class RemoveCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppArgument app = new AppArgument();
  @Mixin private final Confirmation confirmation = new Confirmation();

  @Option(
      names = "--with-data",
      description = "remove its volumes, too; also those of an app that was removed before")
  private boolean withData;

  RemoveCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at);
    var what = "App %s%s".formatted(name, withData ? " and ALL DATA in its volumes" : "");
    confirmation.require(at.terminal(), name, what, "removing " + name);
    if (withData) {
      at.client().removeAppWithVolumes(name);
      at.terminal().line("app %s is removed with its volumes".formatted(name));
    } else {
      at.client().removeApp(name);
      at.terminal()
          .line(
              "app %s is removed; what its volumes hold stays (`stead volumes list`)"
                  .formatted(name));
    }
    return ExitCode.OK.code();
  }
}
