package dev.stead.cli;

import dev.stead.sdk.Answers.Difference;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead diff`
@Command(
    description =
        "Shows what differs between two releases, or between what is live in two environments: code"
            + " (files added +, removed -, changed ~), config, routes, variables, secrets by name,"
            + " scale.",
    mixinStandardHelpOptions = true)
final class DiffCommand implements Callable<Integer> {
  private static final Pattern RELEASE =
      Pattern.compile("(?:(?<app>[^@]+)@)?v?(?<number>\\d{1,6})");

  private final Surroundings surroundings;

  @Parameters(
      arity = "2",
      paramLabel = "SIDE",
      description =
          "from and to: cv@v5 cv@v7, or v5 v7 of the app of --app or of the stead.toml here; or"
              + " two environments, production staging, of which --app picks one app")
  private List<String> sides = List.of();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppOption app = new AppOption();
  @Mixin private final JsonChoice json = new JsonChoice();

  DiffCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// A release that was named.
  private record Side(String app, int number) {}

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    if (sides.stream().noneMatch(side -> RELEASE.matcher(side).matches())) {
      environments(at);
      return ExitCode.OK.code();
    }
    var from = side(at, sides.getFirst());
    var to = side(at, sides.getLast());
    if (!from.app().equals(to.app())) {
      throw Misuse.of("comparing releases", "they are of two apps, which share nothing");
    }
    print(at.terminal(), at.client().difference(from.app(), from.number(), to.number()));
    return ExitCode.OK.code();
  }

  private void environments(Surroundings at) throws IOException {
    var answer = at.client().environmentDifference(sides.getFirst(), sides.getLast(), app.named());
    if (json.wanted()) {
      at.terminal().json(answer);
    } else {
      new EnvironmentDifferenceView(at.terminal()).print(answer);
    }
  }

  private Side side(Surroundings at, String text) throws IOException {
    var release = RELEASE.matcher(text);
    if (!release.matches()) {
      throw Misuse.of("reading '%s'".formatted(text), "it is no release such as cv@v5 or v5");
    }
    var named = release.group("app");
    return new Side(
        named == null ? app.name(at) : named, Integer.parseInt(release.group("number")));
  }

  private void print(Terminal terminal, Difference difference) {
    if (json.wanted()) {
      terminal.json(difference);
    } else if (difference.lines().isEmpty()) {
      terminal.line("the same code and config");
    } else {
      difference.lines().forEach(terminal::line);
    }
  }
}
