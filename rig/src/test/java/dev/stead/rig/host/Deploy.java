package dev.stead.rig.host;

import dev.stead.sdk.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// A deploy under way, by the CLI.
public final class Deploy {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Installation stead;
  private final String app;
  private final Running cli;
  private final String operation;

  private Deploy(Installation stead, String app, Running cli, String operation) {
    this.stead = stead;
    this.app = app;
    this.cli = cli;
    this.operation = operation;
  }

  /// Begins one. Returns when the agent has begun with it.
  public static Deploy of(Installation stead, Project project, String app) {
    var cli = stead.start(project, "deploy");
    var operation =
        Eventually.found(
            () -> "the deploy to begin; the CLI printed:\n" + cli.printed(),
            PATIENCE,
            () -> operationOf(stead, app, cli));
    return new Deploy(stead, app, cli, operation);
  }

  private static Optional<String> operationOf(Installation stead, String app, Running cli) {
    if (!cli.isAlive()) {
      throw new AssertionError("no deploy began: " + cli.await(PATIENCE));
    }
    try {
      // Not asked for by its name: before its first deploy there is no such app.
      return stead.client().status().apps().stream()
          .filter(each -> each.app().equals(app))
          .flatMap(each -> each.operation().stream())
          .map(operation -> operation.id())
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("asking for the status of " + app, e);
    }
  }

  /// Reads its events as they happen, to the last one.
  public Outcome follow(Consumer<Event> each) throws IOException {
    stead.client().events(app, operation, 0, each);
    return cli.await(PATIENCE);
  }

  /// Waits for the CLI's end.
  public Outcome await() {
    return cli.await(PATIENCE);
  }
}
