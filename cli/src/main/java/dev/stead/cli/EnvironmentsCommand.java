package dev.stead.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead environments`
@Command(
    description =
        "The environments: each has its own config, releases and volumes of the apps. `stead fork`"
            + " makes one.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | remove)")
final class EnvironmentsCommand {
  private final Surroundings surroundings;

  EnvironmentsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(
      description = "Lists the environments with what runs in each.",
      mixinStandardHelpOptions = true)
  int list(@Mixin ServerChoice server, @Mixin JsonChoice json) throws IOException {
    var at = server.in(surroundings);
    var answer = at.client().environments();
    if (json.wanted()) {
      at.terminal().json(answer);
      return ExitCode.OK.code();
    }
    var table = new Columns();
    for (var environment : answer.environments()) {
      table.row(
          environment.name(),
          "%d of %d apps run".formatted(environment.running().size(), environment.apps().size()),
          environment.parent().map("forked from %s"::formatted).orElse(""),
          environment.createdAt().map(When::text).orElse(""),
          environment.createdBy().orElse(""));
    }
    table.print(at.terminal());
    return ExitCode.OK.code();
  }

  @Command(
      description =
          "Removes an environment in which nothing runs, with its config and releases. Its volumes"
              + " stay on the server's disk.",
      mixinStandardHelpOptions = true)
  int remove(
      @Parameters(paramLabel = "NAME", description = "which") String name,
      @Mixin ServerChoice server)
      throws IOException {
    var at = server.in(surroundings);
    at.client().removeEnvironment(name);
    at.terminal()
        .line(
            "environment %s is removed; what its volumes hold stays (`stead volumes list`)"
                .formatted(name));
    return ExitCode.OK.code();
  }
}
