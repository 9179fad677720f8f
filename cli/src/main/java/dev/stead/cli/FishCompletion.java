package dev.stead.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// A completion script for fish, made from the model of all commands; picocli makes those for bash
/// and zsh only.
final class FishCompletion {
  private final StringBuilder script = new StringBuilder();

  private FishCompletion() {}

  static String of(CommandLine root) {
    var completion = new FishCompletion();
    completion.script.append(
        """
        # fish completion for stead
        function __stead_at
            set -l words (commandline -opc)
            set -e words[1]
            set -l given
            for word in $words
                string match -q -- '-*' $word; or set -a given $word
            end
            test "$given" = "$argv"
        end
        complete -c stead -f
        """);
    completion.command(root, new ArrayDeque<>());
    return completion.script.toString().stripTrailing();
  }

  private void command(CommandLine command, Deque<String> path) {
    var at = " -n '__stead_at %s'".formatted(String.join(" ", path)).replace("at '", "at'");
    command
        .getSubcommands()
        .forEach(
            (name, sub) ->
                line(at + " -a " + name, first(sub.getCommandSpec().usageMessage().description())));
    command.getCommandSpec().options().forEach(option -> option(option, path));
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              path.addLast(name);
              command(sub, path);
              path.removeLast();
            });
  }

  private void option(OptionSpec option, Deque<String> path) {
    // Options stand anywhere behind their command, so its words are asked for singly.
    var seen =
        path.stream()
            .map(word -> "__fish_seen_subcommand_from " + word)
            .collect(Collectors.joining("; and "));
    var flags =
        new StringBuilder(seen.isEmpty() ? " -n __fish_use_subcommand" : " -n '" + seen + "'");
    for (var name : option.names()) {
      flags.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
    }
    flags.append(option.arity().min() > 0 ? " -r" : "");
    line(flags.toString(), first(option.description()));
  }

  private void line(String flags, String description) {
    script
        .append("complete -c stead")
        .append(flags)
        .append(" -d '")
        .append(description.replace("\\", "\\\\").replace("'", "\\'"))
        .append("'\n");
  }

  private static String first(String[] lines) {
    return lines.length == 0 ? "" : lines[0];
  }
}
