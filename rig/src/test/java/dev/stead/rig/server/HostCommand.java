package dev.stead.rig.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Commands of the machine that the servers are on.
final class HostCommand {
  private HostCommand() {}

  /// Runs one and returns what it printed.
  ///
  /// @throws IllegalStateException when it fails
  static String run(String... command) {
    var ended = call(command);
    if (ended.exit != 0) {
      throw new IllegalStateException(
          "`%s` ended with %d: %s".formatted(String.join(" ", command), ended.exit, ended.printed));
    }
    return ended.printed;
  }

  /// Runs one and says whether it succeeded.
  static boolean succeeds(String... command) {
    return call(command).exit == 0;
  }

  private static Ended call(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), printed);
    } catch (IOException e) {
      throw new UncheckedIOException("running " + String.join(" ", command), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted: " + String.join(" ", command), e);
    }
  }

  private record Ended(int exit, String printed) {}
}
