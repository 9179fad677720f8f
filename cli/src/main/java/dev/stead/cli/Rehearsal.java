package dev.stead.cli;

import dev.stead.cli.ssh.Connection;
import dev.stead.cli.ssh.Destination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The command line's ordinary work in one process. Run while a distribution is built, against a
/// real agent and in a real project, so that the AOT cache holds what the work loads. A connection
/// to [#SERVER] is open: its near end is the agent's own socket.
public final class Rehearsal {
  private static final String SERVER = "server";

  private static final List<List<String>> CALLS =
      List.of(
          List.of("--help"),
          List.of("deploy", "--help"),
          List.of("deploy"),
          List.of("deploy"),
          List.of("status"),
          List.of("status", "--json"),
          List.of("status", "--server", SERVER),
          List.of("releases"),
          List.of("logs", "-n", "5"),
          List.of("history"),
          List.of("env", "list"),
          List.of("rollback"),
          List.of("explain", "D-CRASHED"),
          List.of("stop"));

  private Rehearsal() {}

  /// Makes every call, and stops at the first that fails.
  ///
  /// @param args the agent's socket
  public static void main(String[] args) throws IOException {
    var connection =
        Connection.to(new Destination(SERVER), System.getenv(), Connection.Questions.REFUSED);
    Files.createSymbolicLink(connection.nearEnd(), Path.of(args[0]));
    for (var call : CALLS) {
      int exit = new Cli(Main.surroundings()).run(call.toArray(String[]::new));
      if (exit != ExitCode.OK.code()) {
        throw new IllegalStateException("stead %s ended with %d".formatted(call, exit));
      }
    }
  }
}
