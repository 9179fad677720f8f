package dev.stead.cli.seed;

import dev.stead.cli.ssh.Connection;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs this package's scripts on a server as root: directly, or by `sudo` where the user is
/// another one.
final class RootShell {
  /// What `ssh` ends with when the connection fails.
  private static final int CUT = 255;

  private static final int LINES_MAX = 20;
  private static final String WHO =
      """
      if [ "$(id -u)" = 0 ]; then echo root; elif sudo -n true 2> /dev/null; then echo sudo; else echo none; fi\
      """;

  private final Connection connection;
  private final String prefix;

  private RootShell(Connection connection, String prefix) {
    this.connection = connection;
    this.prefix = prefix;
  }

  /// Finds out how to be root there. Where there is no way the scripts run as the user; the probe
  /// says so.
  static RootShell on(Connection connection) throws IOException {
    var plain = new RootShell(connection, "");
    var who = plain.finish("asking who we are", plain.start(WHO), new byte[0]).strip();
    return who.endsWith("sudo") ? new RootShell(connection, "sudo -n ") : plain;
  }

  /// Runs a script to its end and returns what it printed.
  ///
  /// @throws ProblemException when it fails, with what it said
  /// @throws IOException when the connection is cut
  String run(String script, String... arguments) throws IOException {
    return run(script, new byte[0], arguments);
  }

  /// The same with something on its standard input.
  String run(String script, byte[] input, String... arguments) throws IOException {
    return finish(script, open(script, arguments), input);
  }

  /// Starts a script, with its streams in the caller's hands.
  Process open(String script, String... arguments) throws IOException {
    var command = new StringBuilder(prefix).append("sh -c ").append(quoted(text(script)));
    command.append(' ').append(quoted(script));
    for (var argument : arguments) {
      command.append(' ').append(quoted(argument));
    }
    return start(command.toString());
  }

  /// Waits for the end of a started script.
  String finish(String script, Process process, byte[] input) throws IOException {
    var errors = new FutureTask<>(() -> text(process.getErrorStream()));
    Thread.ofVirtual().name("errors of " + script).start(errors);
    String printed;
    try (var out = process.getOutputStream()) {
      out.write(input);
    } catch (IOException e) {
      // It ended before it had read all: its exit code says why.
      assert input.length > 0 : e;
    }
    printed = text(process.getInputStream());
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw failed(script, exit, errors.get());
      }
      return printed;
    } catch (ExecutionException e) {
      throw new IOException("reading what " + script + " says", e);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + script + " ran", e);
    }
  }

  private IOException failed(String script, int exit, String said) {
    if (exit == CUT) {
      return cut(said);
    }
    var lines = said.lines().filter(line -> !line.isBlank()).toList();
    throw new ProblemException(
        Problem.of(
                Code.SEED_STEP,
                "%s on %s".formatted(script, connection.destination()),
                lines.isEmpty() ? "it ended with exit code " + exit : lines.getLast())
            .withDetails(lines.subList(Math.max(0, lines.size() - LINES_MAX), lines.size())));
  }

  /// That the connection was lost while a script ran.
  IOException cut(String said) {
    return connection.cut(said);
  }

  private Process start(String command) throws IOException {
    return connection.start(command);
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String text(String script) {
    try (var in = Objects.requireNonNull(RootShell.class.getResourceAsStream(script), script)) {
      return text(in);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + script, e);
    }
  }

  /// One word for the server's shell, whatever is in it.
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
