package dev.stead.cli;

import dev.stead.cli.project.Project;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stead deploy`
@Command(
    description =
        "Builds the project here, uploads what the agent lacks of it and replaces the live release"
            + " without a failed request.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Ctrl-C before the switch undoes the rollout and waits for that; after it the rollout goes on",
      "to its end. Whatever fails before the switch leaves the former release serving."
    })
final class DeployCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = {"-m", "--message"},
      paramLabel = "TEXT",
      description = "why; `stead history` and `stead releases` show it")
  private Optional<String> message = Optional.empty();

  @Option(
      names = "--canary",
      paramLabel = "PERCENT",
      converter = Percent.class,
      description =
          "run it beside what is live, for so many of the visitors, such as 10%%; `stead canary`"
              + " goes on from there")
  private Optional<Integer> canary = Optional.empty();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final EnvironmentChoice environment = new EnvironmentChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  DeployCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var project = Project.read(at.directory());
    var app = environment.of(project.config().app());
    return new Deployment(at, project, app).run(message, canary, wait.time());
  }
}
