package dev.stead.cli;

import dev.stead.sdk.Requests;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stead scale`
@Command(
    description = "Changes how many instances of a process type run, without a deploy.",
    mixinStandardHelpOptions = true)
final class ScaleCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "1..*",
      paramLabel = "TYPE=N",
      description = "such as web=3 worker=1; types that are not named stay as they are")
  private Map<String, Integer> instances = Map.of();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  ScaleCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at);
    var request = new Requests.Scale(new TreeMap<>(instances), wait.time());
    var started = at.client().scale(name, request);
    return new Operation(at).follow(name, started, "is scaled");
  }
}
