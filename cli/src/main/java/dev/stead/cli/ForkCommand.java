package dev.stead.cli;

import dev.stead.sdk.Requests;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead fork`
@Command(
    description =
        "Makes an environment of another one: all its apps with their config. None of them runs there"
            + " until it is started or deployed; volumes are empty, certificates and tokens stay.",
    mixinStandardHelpOptions = true)
final class ForkCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "FROM", description = "an environment, such as production")
  private String parent = "";

  @Parameters(index = "1", paramLabel = "NAME", description = "what the new one is called")
  private String name = "";

  @Option(
      names = "--with-secrets",
      description = "copy the secrets, too; without it the new environment has none")
  private boolean withSecrets;

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final JsonChoice json = new JsonChoice();

  ForkCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var made = at.client().fork(new Requests.Fork(parent, name, withSecrets));
    var terminal = at.terminal();
    if (json.wanted()) {
      terminal.json(made);
      return ExitCode.OK.code();
    }
    terminal.line(
        "environment %s has the config of %s%s"
            .formatted(name, parent, withSecrets ? " and its secrets" : ", without its secrets"));
    if (!made.apps().isEmpty()) {
      terminal.line(
          "  %s: stopped, with empty volumes; `stead start --env %s` or `stead deploy --env %s` runs them"
              .formatted(String.join(", ", made.apps()), name, name));
    }
    return ExitCode.OK.code();
  }
}
