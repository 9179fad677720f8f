package dev.stead.rig.bench.edge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A program that runs to its end, and what it says.
record Program(List<String> command, Map<String, String> environment) {
  static Program of(String... command) {
    return new Program(List.of(command), Map.of());
  }

  /// What it prints.
  ///
  /// @throws IOException when it ends with anything but 0; the message has what it said
  String output() throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    var process = builder.start();
    try {
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("%s ended with %d: %s".formatted(command, process.exitValue(), said));
      }
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  /// Starts it for longer, its words in a file.
  Process start(Path log) throws IOException {
    var builder =
        new ProcessBuilder(new ArrayList<>(command))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }
}
