package dev.stead.agent;

import dev.stead.sdk.Client;
import dev.stead.sdk.Http;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A home of the test's own with a short path, and the processes started in it. Closing it ends
/// them and deletes it.
final class Home implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final Path path;
  private final List<Process> processes = new ArrayList<>();

  private Home(Path path) {
    this.path = path;
  }

  static Home make() {
    try {
      return new Home(Files.createTempDirectory(Path.of("/tmp"), "sa"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path socket() {
    return path.resolve("agent.sock");
  }

  Client client() {
    return new Client(socket(), "ada@test");
  }

  Http http() {
    return new Http(socket(), Map.of());
  }

  /// An edge that serves.
  Process startEdge() {
    var edge = start("dev.stead.edge.Main", "--home", path.toString(), "--port", "0");
    until("the edge answers", () -> Files.exists(path.resolve("edge/edge.sock")));
    return edge;
  }

  /// An agent as a process of its own, which may still be starting.
  Process startAgent() {
    return start("dev.stead.agent.Main", "--home", path.toString());
  }

  /// Everything that the processes printed.
  String printed() {
    try {
      return Files.readString(path.resolve("printed"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void until(String what, BooleanSupplier condition) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("in vain waited until " + what);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  private Process start(String main, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-ea",
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    // One that is killed leaves its native libraries.
    command.add("-Djava.io.tmpdir=" + path);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    try {
      var output = path.resolve("printed").toFile();
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
              .start();
      processes.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
    try {
      for (var process : processes) {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(process + " did not end");
        }
      }
      try (var all = Files.walk(path)) {
        for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
