package dev.stead.cli;

import dev.stead.sdk.Requests;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead secret`
@Command(
    description = "Secrets of the app: encrypted at rest, in no log, never printed.",
    synopsisSubcommandLabel = "(set | unset | list)",
    footer = {"", "A change makes a new release of a live app."},
    mixinStandardHelpOptions = true)
final class SecretCommand {
  private final Surroundings surroundings;

  SecretCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(
      description =
          "Sets secrets. A NAME alone has its value asked for without echo, or read from a pipe, so"
              + " that it is in no shell history.",
      mixinStandardHelpOptions = true)
  int set(
      @Parameters(arity = "1..*", paramLabel = "NAME[=VALUE]", description = "what to set")
          List<String> secrets,
      @Mixin ServerChoice server,
      @Mixin AppChoice app,
      @Mixin WaitChoice wait)
      throws IOException {
    var assignments = secrets.stream().map(Assignment::of).toList();
    Assignment.refuseBad(assignments.stream().map(Assignment::name).toList());
    var source = new SecretSource(surroundings.terminal());
    var values = new HashMap<String, String>();
    for (var assignment : assignments) {
      var given = assignment.value();
      values.put(
          assignment.name(),
          given.isPresent() ? given.orElseThrow() : source.read(assignment.name()));
    }
    return change(
        server.in(surroundings), app, new Requests.Variables(values, Set.of(), wait.time()));
  }

  @Command(description = "Forgets secrets.", mixinStandardHelpOptions = true)
  int unset(
      @Parameters(arity = "1..*", paramLabel = "NAME", description = "what to forget")
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

  @Command(
      description = "Lists the names, who changed them and when; never the values.",
      mixinStandardHelpOptions = true)
  int list(@Mixin ServerChoice server, @Mixin AppChoice app, @Mixin JsonChoice json)
      throws IOException {
    var at = server.in(surroundings);
    var answer = at.client().secrets(app.name(at));
    var terminal = at.terminal();
    if (json.wanted()) {
      terminal.json(answer);
      return ExitCode.OK.code();
    }
    var table = new Columns();
    answer
        .secrets()
        .forEach(
            secret -> table.row(secret.name(), When.text(secret.changedAt()), secret.changedBy()));
    table.print(terminal);
    return ExitCode.OK.code();
  }

  private static int change(Surroundings at, AppChoice app, Requests.Variables request)
      throws IOException {
    var name = app.name(at);
    var started = at.client().changeSecrets(name, request);
    return new Operation(at).follow(name, started, "has the new secrets");
  }
}
