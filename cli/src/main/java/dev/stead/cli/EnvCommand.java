package dev.stead.cli;

import dev.stead.sdk.Requests;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead env`
@Command(
    description = "Plain configuration of the app, over what stead.toml says.",
    synopsisSubcommandLabel = "(set | unset | list)",
    footer = {
      "",
      "A change makes a new release of a live app. What is secret belongs to `stead secret`."
    },
    mixinStandardHelpOptions = true)
final class EnvCommand {
  private final Surroundings surroundings;

  EnvCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(description = "Sets variables.", mixinStandardHelpOptions = true)
  int set(
      @Parameters(arity = "1..*", paramLabel = "NAME=VALUE", description = "what to set")
          List<String> variables,
      @Mixin ServerChoice server,
      @Mixin AppChoice app,
      @Mixin WaitChoice wait)
      throws IOException {
    return change(
        server.in(surroundings),
        app,
        new Requests.Variables(Assignment.values(variables), Set.of(), wait.time()));
  }

  @Command(
      description = "Takes back what was set; a value in stead.toml is in force again.",
      mixinStandardHelpOptions = true)
  int unset(
      @Parameters(arity = "1..*", paramLabel = "NAME", description = "what to take back")
          List<String> names,
      @Mixin ServerChoice server,
      @Mixin AppChoice app,
      @Mixin WaitChoice wait)
      throws IOException {
    Assignment.refuseBad(names);
    return change(
        server.in(surroundings),
        app,
        new Requests.Variables(Map.of(), Set.copyOf(names), wait.time()));
  }

  @Command(description = "Lists the variables and their values.", mixinStandardHelpOptions = true)
  int list(@Mixin ServerChoice server, @Mixin AppChoice app, @Mixin JsonChoice json)
      throws IOException {
    var at = server.in(surroundings);
    var answer = at.client().env(app.name(at));
    var terminal = at.terminal();
    if (json.wanted()) {
      terminal.json(answer);
    } else {
      answer.variables().forEach((name, value) -> terminal.line(name + "=" + value));
    }
    return ExitCode.OK.code();
  }

  private static int change(Surroundings at, AppChoice app, Requests.Variables request)
      throws IOException {
    var name = app.name(at);
    var started = at.client().changeEnv(name, request);
    return new Operation(at).follow(name, started, "has the new configuration");
  }
}
