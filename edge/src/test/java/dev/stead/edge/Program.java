package dev.stead.edge;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A program of this machine that a test runs to its end.
final class Program {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final File NOTHING = new File("/dev/null");

  private Program() {}

  /// What it printed; it is killed with all its children when it takes longer than it may.
  ///
  /// @param home where it may keep what it likes
  static String run(Path home, String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(home, "output", ".txt");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile()).redirectInput(ProcessBuilder.Redirect.from(NOTHING));
    builder.environment().put("HOME", home.toString());
    Process process = builder.start();
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    String said = Files.readString(output, StandardCharsets.UTF_8);
    if (!ended) {
      throw new AssertionError(command[0] + " did not end within " + PATIENCE + ":\n" + said);
    }
    return said;
  }
}
