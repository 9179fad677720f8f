package dev.stead.cli;

import dev.stead.cli.guess.Guesses;
import dev.stead.cli.project.Project;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead init`
@Command(
    description =
        "Looks at the project and writes a stead.toml that works, with a comment on each guess."
            + " Known: executable Maven jar, Spring Boot, Quarkus, Node, Python, static site,"
            + " Procfile.",
    mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "the project; without it the current directory")
  private Optional<Path> directory = Optional.empty();

  @Option(names = "--force", description = "overwrite a stead.toml that is there")
  private boolean force;

  InitCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var here = surroundings.directory();
    var project = directory.map(here::resolve).orElse(here).normalize();
    var file = project.resolve(Project.FILE);
    if (Files.exists(file) && !force) {
      throw new ProblemException(
          Problem.of(Code.FILE_EXISTS, "writing " + file, "it is there already"));
    }
    var guess =
        Guesses.look(project)
            .orElseThrow(() -> new ProblemException(Initialising.unknown(project)));
    new Initialising(surroundings).write(project, guess);
    return ExitCode.OK.code();
  }
}
