package dev.stead.rig.bench.edge;

import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A proxy that runs here.
///
/// @param version as it says itself
record Proxy(String name, String version, Ports ports, Process process) implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(20);

  /// Starts it and waits until it listens.
  static Proxy start(String name, String version, Ports ports, Process process, Path log)
      throws IOException {
    var started = new Proxy(name, version, ports, process);
    Eventually.succeeds(
        name + " to listen",
        START_MAX,
        () -> {
          checkAlive(process, log);
          return listens(ports);
        });
    return started;
  }

  private static boolean listens(Ports ports) throws IOException {
    for (var port : new int[] {ports.http(), ports.https()}) {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
    }
    return true;
  }

  private static void checkAlive(Process process, Path log) throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("a proxy has ended: " + Files.readString(log));
    }
  }

  ProcessTree processes() {
    return new ProcessTree(process.toHandle());
  }

  @Override
  public void close() {
    processes().end();
  }
}
