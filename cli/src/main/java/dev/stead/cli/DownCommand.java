package dev.stead.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `stead down`
@Command(
    description =
        "Stops every app and Stead itself. What was live comes back at the next `stead up`.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  DownCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var home = surroundings.home().path();
    var text =
        switch (new Stopping(surroundings).run()) {
          case NOTHING -> "Nothing runs here (home: %s)".formatted(home);
          case STOPPED -> "Stead and its apps have stopped (home: %s)".formatted(home);
        };
    surroundings.terminal().line(text);
    return ExitCode.OK.code();
  }
}
