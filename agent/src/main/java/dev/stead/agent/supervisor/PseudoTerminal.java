package dev.stead.agent.supervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A pseudo-terminal that a task runs on, made by util-linux' `script`.
record PseudoTerminal(Path device) {

  /// What to run instead of a command so that it gets a terminal; with `-e` it ends as that does.
  static List<String> command(List<String> words, TaskSpec.Terminal size) {
    StringBuilder line = new StringBuilder();
    line.append("command -p stty cols %d rows %d; exec".formatted(size.columns(), size.rows()));
    words.forEach(word -> line.append(' ').append(Shim.quoted(word)));
    return List.of("/usr/bin/script", "-q", "-e", "-f", "-c", line.toString(), "/dev/null");
  }

  /// The one that any of these processes reads from.
  static Optional<PseudoTerminal> of(Set<Long> processes) {
    return processes.stream()
        .map(number -> Processes.linkTarget(Path.of("/proc/%d/fd/0".formatted(number))))
        .filter(target -> target.startsWith("/dev/pts/"))
        .map(target -> new PseudoTerminal(Path.of(target)))
        .findFirst();
  }

  /// The kernel tells whoever is in the terminal's foreground by SIGWINCH.
  void resize(TaskSpec.Terminal size) {
    try {
      Program.run(
          "stty",
          "-F",
          device.toString(),
          "cols",
          Integer.toString(size.columns()),
          "rows",
          Integer.toString(size.rows()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot resize terminal " + device, e);
    }
  }
}
