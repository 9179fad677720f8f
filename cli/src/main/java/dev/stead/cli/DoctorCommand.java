package dev.stead.cli;

import dev.stead.cli.ssh.Destination;
import dev.stead.sdk.Answers.Finding;
import dev.stead.sdk.Answers.Level;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead doctor`
@Command(
    description =
        "Looks at the server, the agent, the edge, disk, memory, clock, DNS and every app; says what"
            + " is wrong and what mends it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Ends with 0 when nothing is wrong, 1 when something is, 3 when no agent answers."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(arity = "0..1", paramLabel = "HOST", description = "the server, as with --server")
  private Optional<String> host = Optional.empty();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final JsonChoice json = new JsonChoice();

  DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// What `--json` prints.
  @Json(naming = Naming.LowerHyphen)
  record Report(List<Finding> findings) {}

  @Override
  public Integer call() throws IOException {
    var at =
        host.isPresent()
            ? surroundings.at(new Destination(host.orElseThrow()))
            : server.in(surroundings);
    var diagnosis = Diagnosis.of(at);
    if (json.wanted()) {
      at.terminal().json(new Report(diagnosis.findings()));
    } else {
      print(at.terminal(), diagnosis.findings());
    }
    return diagnosis.exitCode().code();
  }

  private static void print(Terminal terminal, List<Finding> findings) {
    var width = findings.stream().mapToInt(each -> each.about().length()).max().orElse(0);
    for (var finding : findings) {
      var about = finding.about() + " ".repeat(width - finding.about().length());
      terminal.line("%s %s  %s".formatted(mark(terminal, finding), about, finding.text()));
      finding.fix().ifPresent(fix -> terminal.line(" ".repeat(width + 4) + "fix: " + fix));
    }
    terminal.line(summary(terminal, findings));
  }

  private static String mark(Terminal terminal, Finding finding) {
    return switch (finding.level()) {
      case GOOD -> terminal.styled(Style.GREEN, "✓");
      case DOUBTFUL -> terminal.styled(Style.YELLOW, "!");
      case BAD -> terminal.styled(Style.RED, "✗");
    };
  }

  private static String summary(Terminal terminal, List<Finding> findings) {
    var bad = count(findings, Level.BAD);
    var doubtful = count(findings, Level.DOUBTFUL);
    if (bad == 0) {
      var rest = doubtful == 0 ? "" : ", %d may go wrong".formatted(doubtful);
      return terminal.styled(Style.GREEN, "nothing is wrong") + rest;
    }
    return terminal.styled(Style.RED, bad + (bad == 1 ? " thing is wrong" : " things are wrong"));
  }

  private static long count(List<Finding> findings, Level level) {
    return findings.stream().filter(each -> each.level() == level).count();
  }
}
