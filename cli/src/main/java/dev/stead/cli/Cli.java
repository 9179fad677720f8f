package dev.stead.cli;

import dev.stead.cli.project.Nearest;
import dev.stead.cli.ssh.UnreachableException;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/// One call of the command line, from its arguments to its exit code.
final class Cli {
  private final Surroundings surroundings;
  private final Terminal terminal;

  Cli(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.terminal = surroundings.terminal();
  }

  int run(String... args) {
    if (args.length == 0 || args[0].equals("--help") || args[0].equals("-h")) {
      terminal.line(Usage.text());
      return ExitCode.OK.code();
    }
    if (args[0].equals("--version") || args[0].equals("-V")) {
      terminal.line("stead " + version());
      return ExitCode.OK.code();
    }
    if (!Commands.names().contains(args[0])) {
      return fail(new ProblemException(unknown(args[0])));
    }
    return command(args[0], surroundings)
        .setExecutionExceptionHandler((e, _, _) -> fail(e))
        .setParameterExceptionHandler((e, _) -> misused(e))
        .execute(List.of(args).subList(1, args.length).toArray(String[]::new));
  }

  /// One command as picocli sees it.
  static CommandLine command(String name, Surroundings surroundings) {
    var terminal = surroundings.terminal();
    var ansi = terminal.can(Terminal.Feature.COLOUR) ? Ansi.ON : Ansi.OFF;
    return new CommandLine(Commands.make(name, surroundings))
        .setCommandName("stead " + name)
        .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setStopAtPositional(name.equals("run") || name.equals("console"))
        .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
  }

  /// The version of this build.
  static String version() {
    var version = Cli.class.getPackage().getImplementationVersion();
    return version == null ? "(built from classes)" : version;
  }

  private int misused(ParameterException e) {
    var command = e.getCommandLine().getCommandName();
    return fail(
        new ProblemException(
            new Problem(
                Code.USAGE.id(),
                "reading the command line",
                String.valueOf(e.getMessage()),
                "See `%s --help`.".formatted(command),
                List.of()),
            e));
  }

  private static Problem unknown(String name) {
    var near =
        Nearest.to(name, Commands.names()).map(n -> "; did you mean '%s'?".formatted(n)).orElse("");
    return new Problem(
        Code.USAGE.id(),
        "reading the command line",
        "there is no command '%s'%s".formatted(name, near),
        "See `stead --help`.",
        List.of());
  }

  private int fail(Exception e) {
    if (surroundings.debug()) {
      e.printStackTrace(terminal.err());
    }
    var problem = problem(e);
    terminal.problem(problem);
    return ExitCode.of(problem).code();
  }

  private Problem problem(Exception e) {
    return switch (e) {
      case ProblemException named -> named.problem();
      case UnreachableException server -> server.problem();
      case FileSystemException file ->
          Problem.of(Code.FILE_TROUBLE, "using " + file.getFile(), FileTrouble.why(file));
      case IOException io ->
          Problem.of(
              Code.AGENT_DOWN,
              "talking to the agent at " + surroundings.home().agentSocket(),
              String.valueOf(io.getMessage()));
      default -> Problem.of(Code.CLIENT_FAULT, "running this command", e.toString());
    };
  }
}
