package dev.stead.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `stead completion`
@Command(
    description = "Prints a script that completes commands and options in your shell.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "bash, zsh:  source <(stead completion bash)",
      "fish:       stead completion fish > ~/.config/fish/completions/stead.fish"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "SHELL", description = "one of ${COMPLETION-CANDIDATES}")
  private Shell shell = Shell.bash;

  CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// The shells, as they are written on the command line.
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Override
  public Integer call() {
    var all = everything();
    surroundings
        .terminal()
        .line(
            switch (shell) {
              case bash, zsh -> AutoComplete.bash("stead", all);
              case fish -> FishCompletion.of(all);
            });
    return ExitCode.OK.code();
  }

  private CommandLine everything() {
    var root = new CommandLine(new Root());
    for (var row : Commands.ROWS) {
      root.addSubcommand(row.name(), Commands.make(row.name(), surroundings));
    }
    return root;
  }

  /// The command above all others.
  @Command(name = "stead", mixinStandardHelpOptions = true)
  private static final class Root {}
}
