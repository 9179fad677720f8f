package dev.stead.cli;

import dev.stead.cli.project.Units;
import dev.stead.sdk.Answers.Release;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `stead releases`
@Command(description = "Lists the app's releases, newest first.", mixinStandardHelpOptions = true)
final class ReleasesCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final JsonChoice json = new JsonChoice();

  ReleasesCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var answer = at.client().releases(app.name(at));
    var terminal = at.terminal();
    if (json.wanted()) {
      terminal.json(answer);
      return ExitCode.OK.code();
    }
    var table = new Columns();
    for (var release : answer.releases()) {
      table.row(
          "v" + release.number(),
          state(release),
          When.text(release.createdAt()),
          release.createdBy(),
          Units.sizeText(release.bytes()),
          release.reason());
    }
    table.print(terminal);
    return ExitCode.OK.code();
  }

  private static String state(Release release) {
    if (release.live()) {
      return "live";
    }
    return release.outcome().orElse(release.kept() ? "kept" : "pruned");
  }
}
