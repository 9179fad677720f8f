package dev.stead.cli;

import dev.stead.cli.project.Nearest;
import dev.stead.sdk.Code;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead explain`
@Command(
    description = "Explains a code that an error, an error page or a failed deploy named.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "0..1",
      paramLabel = "CODE",
      description = "such as D-CRASHED; without it all are listed")
  private Optional<String> code = Optional.empty();

  @Mixin private final JsonChoice json = new JsonChoice();

  ExplainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// A code as `--json` prints it.
  @Json(naming = Naming.LowerHyphen)
  record Explained(String code, String meaning, String fix) {
    static Explained of(Code code) {
      return new Explained(code.id(), code.meaning(), code.fix());
    }
  }

  @Override
  public Integer call() {
    if (code.isEmpty()) {
      list();
    } else {
      one(find(code.orElseThrow()));
    }
    return ExitCode.OK.code();
  }

  private void list() {
    var terminal = surroundings.terminal();
    if (json.wanted()) {
      terminal.json(Arrays.stream(Code.values()).map(Explained::of).toList());
      return;
    }
    var table = new Columns();
    for (var one : Code.values()) {
      table.row(one.id(), one.meaning());
    }
    table.print(terminal);
  }

  private void one(Code found) {
    var terminal = surroundings.terminal();
    if (json.wanted()) {
      terminal.json(Explained.of(found));
      return;
    }
    terminal.line(terminal.styled(Style.BOLD, found.id()));
    terminal.line("  " + found.meaning());
    terminal.line("  fix: " + found.fix());
  }

  private static Code find(String id) {
    return Code.find(id)
        .orElseThrow(
            () -> {
              List<String> ids = Arrays.stream(Code.values()).map(Code::id).toList();
              return Assignment.wrong(
                  "there is no code '%s'%s"
                      .formatted(
                          id,
                          Nearest.to(id.toUpperCase(Locale.ROOT), ids)
                              .map(near -> "; did you mean %s?".formatted(near))
                              .orElse("")),
                  "`stead explain` lists all.");
            });
  }
}
