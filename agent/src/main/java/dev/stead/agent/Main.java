package dev.stead.agent;

import dev.stead.edge.memory.SpareHeap;
import dev.stead.edge.systemd.NotifySocket;
import dev.stead.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The agent as a process: `stead-agent [--home DIR] [--run DIR]`. Under systemd it says how it is.
/// With `--restore FILE` it is none: it puts a backup in the place of the store, and ends.
///
/// Exit code 0 when it was asked over its API to end the whole of Stead here, 1 when it could not
/// start, 2 for wrong arguments. SIGTERM ends the agent alone; instances and edge go on.
public final class Main {
  private static final String USAGE =
      "usage: stead-agent [--home DIR] [--run DIR] [--restore FILE]   (- is standard input)";

  /// One line for each thing that is logged, and the stack trace of a bug below it.
  private static final String LOG_FORMAT = "%1$tFT%1$tT%1$tz %4$s %5$s%6$s%n";

  private Main() {}

  public static void main(String[] args) {
    System.setProperty("java.util.logging.SimpleFormatter.format", LOG_FORMAT);
    System.exit(run(List.of(args), System.getenv(), System.err));
  }

  private static int run(List<String> args, Map<String, String> environment, PrintStream out) {
    var began = System.nanoTime();
    var wish = wish(args, environment);
    if (wish.isEmpty()) {
      out.println(USAGE);
      return 2;
    }
    var places = wish.orElseThrow().places();
    var restored = wish.orElseThrow().restored();
    return restored.isPresent()
        ? restore(places.home(), restored.orElseThrow(), out)
        : serve(places, environment, began, out);
  }

  private static int restore(Path home, String file, PrintStream out) {
    try (var archive = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
      Restoration.restore(home, archive, InstantSource.system());
      return 0;
    } catch (StoreException | IOException e) {
      out.println(
          "stead-agent: cannot restore the store in %s: %s".formatted(home, e.getMessage()));
      return 1;
    }
  }

  private static int serve(
      Agent.Places places, Map<String, String> environment, long beganNanos, PrintStream out) {
    var home = places.home();
    try (var agent = Agent.start(places, InstantSource.system())) {
      var manager = NotifySocket.of(environment, ProcessHandle.current().pid());
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> end(agent, manager, out), "close on SIGTERM"));
      agent.tell(manager);
      SpareHeap.lookAfter();
      manager.ready();
      out.printf(
          "stead-agent %s answers on %s after %d ms%n",
          Version.current(), agent.socket(), (System.nanoTime() - beganNanos) / 1_000_000);
      agent.awaitShutdown();
      return 0;
    } catch (StoreException | IOException | UncheckedIOException | IllegalArgumentException e) {
      out.println("stead-agent: cannot start in %s: %s".formatted(home, e.getMessage()));
      return 1;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the main thread", e);
    }
  }

  private static void end(Agent agent, NotifySocket manager, PrintStream out) {
    try (agent) {
      manager.stopping();
    } catch (IOException e) {
      out.println("stead-agent: " + e.getMessage());
    }
  }

  /// What a process was started for.
  ///
  /// @param restored the backup to put in place, instead of being an agent
  private record Wish(Agent.Places places, Optional<String> restored) {}

  /// Empty when the arguments cannot be understood.
  private static Optional<Wish> wish(List<String> args, Map<String, String> environment) {
    var home = defaultHome(environment);
    Optional<Path> run = Optional.empty();
    Optional<String> restored = Optional.empty();
    for (int i = 0; i + 1 < args.size(); i += 2) {
      var value = Path.of(args.get(i + 1)).toAbsolutePath().normalize();
      switch (args.get(i)) {
        case "--home" -> home = value;
        case "--run" -> run = Optional.of(value);
        case "--restore" -> restored = Optional.of(args.get(i + 1));
        default -> {
          return Optional.empty();
        }
      }
    }
    if (args.size() % 2 != 0) {
      return Optional.empty();
    }
    var normal = home.toAbsolutePath().normalize();
    return Optional.of(new Wish(new Agent.Places(normal, run.orElse(normal)), restored));
  }

  private static Path defaultHome(Map<String, String> environment) {
    var named = environment.get("STEAD_HOME");
    return named != null && !named.isEmpty()
        ? Path.of(named)
        : Path.of(environment.getOrDefault("HOME", "/"), ".local", "share", "stead");
  }
}
