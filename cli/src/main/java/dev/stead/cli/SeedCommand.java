package dev.stead.cli;

import dev.stead.cli.seed.CertificateSettings;
import dev.stead.cli.seed.Plan;
import dev.stead.cli.seed.Seed;
import dev.stead.cli.ssh.Destination;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead seed`
@Command(
    description =
        "Makes a bare Debian a Stead server, or brings one to this version without a lost request."
            + " What is missing is uploaded; a run that was cut off is finished by the next.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Root, or a user with passwordless sudo, who then may deploy. Ports, keys and jump hosts",
      "belong into ~/.ssh/config. Nothing is changed on a server that is refused."
    })
final class SeedCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "[USER@]HOST", description = "the server, as ssh takes it")
  private String host = "";

  @Option(names = "--plan", description = "say what would be done, and change nothing")
  private boolean planOnly;

  @Option(names = "--back", description = "go back to the version that was in force before")
  private boolean back;

  @Option(
      names = "--email",
      paramLabel = "ADDRESS",
      description = "where the CA of the certificates may write to; kept on the server")
  private Optional<String> email = Optional.empty();

  @Option(
      names = "--acme-directory",
      paramLabel = "URL",
      description =
          "the ACME directory of another CA than Let's Encrypt, such as its staging one; kept on the"
              + " server")
  private Optional<String> directory = Optional.empty();

  @Option(
      names = "--acme-root",
      paramLabel = "FILE",
      description = "a PEM file on the server that vouches for that URL, for a CA of one's own")
  private Optional<String> root = Optional.empty();

  SeedCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var terminal = surroundings.terminal();
    var connection = surroundings.connection(new Destination(host));
    var seed = new Seed(connection, new SeedView(terminal), surroundings.clock());
    var plan = back ? seed.planBack() : seed.plan(distribution(), Cli.version());
    plan.lines().forEach(terminal::line);
    if (!plan.refusals().isEmpty()) {
      return refused(plan);
    }
    if (planOnly) {
      terminal.line("Nothing was changed (--plan).");
      return ExitCode.OK.code();
    }
    seed.carryOut(plan, new CertificateSettings(email, directory, root), surroundings.actor());
    terminal.line(
        terminal.styled(Style.GREEN, host + " runs Stead " + plan.version())
            + ": `stead deploy --server %s` in a project's directory deploys to it"
                .formatted(host));
    return ExitCode.OK.code();
  }

  private int refused(Plan plan) {
    plan.refusals().forEach(surroundings.terminal()::problem);
    surroundings.terminal().error("Nothing was changed.");
    return ExitCode.of(plan.refusals().getFirst()).code();
  }

  private Path distribution() {
    return surroundings
        .distribution()
        .orElseThrow(
            () ->
                new ProblemException(
                    new Problem(
                        Code.NOT_STARTED.id(),
                        "seeding " + host,
                        "this command line does not belong to a distribution",
                        "Start it as bin/stead of a distribution, or as ./stead of a checkout.",
                        List.of())));
  }
}
