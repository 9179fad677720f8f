package dev.stead.agent.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A program of the system, run to its end.
final class Program {
  private Program() {}

  /// How it ended, and what it printed on both streams.
  record Result(int code, String said) {
    boolean succeeded() {
      return code == 0;
    }
  }

  static Result run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Result(process.waitFor(), said.strip());
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while %s ran".formatted(command[0]), e);
    }
  }
}
