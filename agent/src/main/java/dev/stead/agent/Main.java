package dev.stead.agent;

import dev.stead.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// The agent as a process: `stead-agent [--home DIR]`.
///
/// Exit code 0 when it was asked over its API to end the whole of Stead here, 1 when it could not
/// start, 2 for wrong arguments. SIGTERM ends the agent alone; instances and edge go on.
public final class Main {
  private static final String USAGE = "usage: stead-agent [--home DIR]";

  /// One line for each thing that is logged, and the stack trace of a bug below it.
  private static final String LOG_FORMAT = "%1$tFT%1$tT%1$tz %4$s %5$s%6$s%n";

  private Main() {}

  public static void main(String[] args) {
    System.setProperty("java.util.logging.SimpleFormatter.format", LOG_FORMAT);
    System.exit(run(List.of(args), System.getenv(), System.err));
  }

  private static int run(List<String> args, Map<String, String> environment, PrintStream out) {
    var began = System.nanoTime();
    if (!args.isEmpty() && !(args.size() == 2 && args.getFirst().equals("--home"))) {
      out.println(USAGE);
      return 2;
    }
    var home = args.isEmpty() ? defaultHome(environment) : Path.of(args.getLast());
    try (var agent = Agent.start(home.toAbsolutePath().normalize(), InstantSource.system())) {
      Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "close on SIGTERM"));
      out.printf(
          "stead-agent %s answers on %s after %d ms%n",
          Version.current(), agent.socket(), (System.nanoTime() - began) / 1_000_000);
      agent.awaitShutdown();
      return 0;
    } catch (StoreException | IOException | UncheckedIOException | IllegalArgumentException e) {
      out.println("stead-agent: cannot start in %s: %s".formatted(home, e.getMessage()));
      return 1;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the main thread", e);
    }
  }

  private static Path defaultHome(Map<String, String> environment) {
    var named = environment.get("STEAD_HOME");
    return named != null && !named.isEmpty()
        ? Path.of(named)
        : Path.of(environment.getOrDefault("HOME", "/"), ".local", "share", "stead");
  }
}
