package dev.stead.cli;

import dev.stead.sdk.Requests;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/// `stead canary`
@Command(
    description =
        "Goes on with a release that `stead deploy --canary` tries on some visitors: another share"
            + " of them, all (promote), or none (abort).",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A visitor keeps the release that he got first, by the cookie Stead-Release. To have one of",
      "the two for certain, send its number as the header or cookie: `Stead-Release: 8`."
    })
final class CanaryCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      index = "0",
      paramLabel = "PERCENT|promote|abort",
      description = "what becomes of it, such as 25%%")
  private String wanted = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "APP",
      description = "the app; without it the one of --app or of the stead.toml here")
  private Optional<String> named = Optional.empty();

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final WaitChoice wait = new WaitChoice();

  CanaryCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at, named);
    var plain = new Requests.Plain(wait.time());
    var operation = new Operation(at);
    return switch (wanted) {
      case "promote" ->
          operation.follow(
              name, at.client().promoteCanary(name, plain), "serves what was the canary");
      case "abort" ->
          operation.follow(name, at.client().abortCanary(name, plain), "has no canary any more");
      default -> share(at, name);
    };
  }

  private int share(Surroundings at, String name) throws IOException {
    int percent;
    try {
      percent = new Percent().convert(wanted);
    } catch (TypeConversionException e) {
      throw Misuse.of("sharing the visitors", e.getMessage() + ", nor promote or abort");
    }
    var started = at.client().canary(name, new Requests.Canary(percent, wait.time()));
    return new Operation(at)
        .follow(name, started, "gives its canary %d %% of the visitors".formatted(percent));
  }
}
