package dev.stead.cli;

import dev.stead.cli.Starting.Found;
import dev.stead.cli.Starting.Ports;
import dev.stead.cli.project.Project;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead up`
@Command(
    description =
        "Starts Stead on this machine, without root, and makes the project live. Where there is no"
            + " project, the example hello is used.",
    mixinStandardHelpOptions = true,
    footer = {"", "In the foreground Ctrl-C stops everything that was started. Twice is harmless."})
final class UpCommand implements Callable<Integer> {
  private static final String EXAMPLE = "examples/hello";

  private final Surroundings surroundings;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "the project; without it the current directory")
  private Optional<Path> directory = Optional.empty();

  @Option(
      names = {"-d", "--detach"},
      description = "leave it running and return")
  private boolean detach;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "where the apps answer; without it the port of last time, at first 8080")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--https-port",
      paramLabel = "N",
      description = "serve https there as well; without it the port of last time, at first none")
  private Optional<Integer> httpsPort = Optional.empty();

  UpCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    // Read first: nothing should be started for a project that cannot be deployed.
    var project = Project.read(projectDirectory());
    var found = new Starting(surroundings).ensure(new Ports(port, httpsPort));
    int exit =
        new Deployment(surroundings, project, project.config().app())
            .run(Optional.empty(), Optional.empty(), Optional.empty());
    if (detach || (exit != ExitCode.OK.code() && found == Found.RUNNING)) {
      return exit;
    }
    return new Foreground(surroundings, project.config().app(), found).run(exit);
  }

  private Path projectDirectory() throws IOException {
    var here = surroundings.directory();
    var chosen = directory.map(here::resolve).orElse(here).normalize();
    if (Files.isRegularFile(chosen.resolve(Project.FILE))) {
      return chosen;
    }
    if (new Initialising(surroundings).offered(chosen)) {
      return chosen;
    }
    if (directory.isPresent()) {
      throw new ProblemException(Initialising.unknown(chosen));
    }
    return example();
  }

  private Path example() {
    var example =
        Optional.ofNullable(System.getProperty("stead.examples"))
            .map(examples -> Path.of(examples).resolve("hello"))
            .or(() -> surroundings.distribution().map(dist -> dist.resolve(EXAMPLE)))
            .filter(path -> Files.isRegularFile(path.resolve(Project.FILE)));
    if (example.isEmpty()) {
      throw new ProblemException(
          new Problem(
              Code.NO_PROJECT.id(),
              "choosing what to make live",
              "there is no project in %s, and no example in this distribution"
                  .formatted(surroundings.directory()),
              "Name a project's directory: `stead up DIR`.",
              List.of()));
    }
    surroundings.terminal().line("No project here: using the example in " + example.orElseThrow());
    return example.orElseThrow();
  }
}
