package dev.stead.agent.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The edge as a process of its own.
public final class RealEdge implements AutoCloseable {
  private final Path home;
  private final int httpPort;
  private final int httpsPort;
  private Process process;

  public RealEdge(Path home, int httpPort, int httpsPort) throws IOException {
    this.home = home;
    this.httpPort = httpPort;
    this.httpsPort = httpsPort;
    this.process = start();
  }

  /// The directory of its control socket.
  public Path sockets() {
    return home.resolve("edge");
  }

  /// Dies, and comes back without what it kept.
  void loseEverything() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    Files.delete(home.resolve("edge/certificates.json"));
    process = start();
  }

  private Process start() throws IOException {
    Files.deleteIfExists(sockets().resolve("edge.sock"));
    var started =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-ea",
                    "-Xmx96m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Djava.io.tmpdir=" + home,
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.stead.edge.Main",
                    "--home",
                    home.toString(),
                    "--port",
                    Integer.toString(httpPort),
                    "--https-port",
                    Integer.toString(httpsPort)))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("edge.log").toFile()))
            .start();
    Waiting.until("the edge answers", () -> Files.exists(sockets().resolve("edge.sock")));
    return started;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the edge did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
