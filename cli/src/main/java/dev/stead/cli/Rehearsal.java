package dev.stead.cli;

import java.util.List;

/// The command line's ordinary work in one process. Run while a distribution is built, against a
/// real agent and in a real project, so that the AOT cache holds what the work loads. `server` is a
/// name that leads to that agent by a connection, see `dist/train`.
public final class Rehearsal {
  private static final List<List<String>> CALLS =
      List.of(
          List.of("--help"),
          List.of("deploy", "--help"),
          List.of("deploy"),
          List.of("deploy"),
          List.of("status"),
          List.of("status", "--json"),
          List.of("status", "--server", "server"),
          List.of("releases"),
          List.of("logs", "-n", "5"),
          List.of("history"),
          List.of("env", "list"),
          List.of("rollback"),
          List.of("explain", "D-CRASHED"),
          List.of("stop"));

  private Rehearsal() {}

  public static void main(String[] args) {
    for (var call : CALLS) {
      int exit = new Cli(Main.surroundings()).run(call.toArray(String[]::new));
      if (exit != ExitCode.OK.code()) {
        throw new IllegalStateException("stead %s ended with %d".formatted(call, exit));
      }
    }
  }
}
