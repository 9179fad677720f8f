package dev.stead.cli;

import dev.stead.sdk.AppName;
import dev.stead.sdk.Requests;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead promote`
@Command(
    description =
        "Makes what runs of the app in one environment the next release of another, without a failed"
            + " request; says first what differs. Config and variables are merged: what one of the"
            + " two changed since they were last the same is taken. Secrets, scale and hosts stay"
            + " each environment's own.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "What both changed differently is a conflict: each is shown with its KEY, and nothing changes",
      "until --ours or --theirs says which side counts."
    })
final class PromoteCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "FROM", description = "where it runs, such as staging")
  private String from = "";

  @Parameters(index = "1", paramLabel = "TO", description = "where it goes, such as production")
  private String to = "";

  @Option(
      names = "--ours",
      arity = "0..1",
      fallbackValue = Requests.Promote.ALL,
      paramLabel = "KEY",
      description = "in conflict keep what TO has: for this KEY, or for all that are not named")
  private Set<String> ours = Set.of();

  @Option(
      names = "--theirs",
      arity = "0..1",
      fallbackValue = Requests.Promote.ALL,
      paramLabel = "KEY",
      description = "in conflict take what FROM has: for this KEY, or for all that are not named")
  private Set<String> theirs = Set.of();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppOption app = new AppOption();
  @Mixin private final WaitChoice wait = new WaitChoice();

  PromoteCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at);
    var client = at.client();
    new EnvironmentDifferenceView(at.terminal())
        .print(client.environmentDifference(to, from, Optional.of(name)));
    var target = new AppName(to, name).toString();
    var started = client.promote(target, new Requests.Promote(from, ours, theirs, wait.time()));
    return new Operation(at).follow(target, started, "has what runs in " + from);
  }
}
