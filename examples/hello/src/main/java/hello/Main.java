package hello;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Serves a page, the same as JSON, and a health check on `$HOST:$PORT`, until SIGTERM: then what
/// is being answered is answered to its end.
final class Main {
  private static final int THREADS = 8;
  private static final int BACKLOG = 128;
  private static final int FINISH_SECONDS = 8; // less than stop-timeout in stead.toml, 10 s

  private Main() {}

  public static void main(String[] arguments) throws IOException {
    // Head and body of an answer are two writes: without this the second waits for the first's ACK.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    Map<String, String> environment = System.getenv();
    InetSocketAddress address =
        new InetSocketAddress(
            environment.getOrDefault("HOST", "127.0.0.1"),
            Integer.parseInt(environment.getOrDefault("PORT", "8000")));

    HttpServer server = HttpServer.create(address, BACKLOG);
    ExecutorService answering = Executors.newFixedThreadPool(THREADS);
    server.setExecutor(answering);
    server.createContext("/", new Pages(Deployment.of(environment, Instant.now())));
    server.start();
    System.out.printf(
        "hello listens on http://%s:%d%n", address.getHostString(), address.getPort());

    Runtime.getRuntime().addShutdownHook(new Thread(() -> finish(server, answering), "finish"));
  }

  private static void finish(HttpServer server, ExecutorService answering) {
    answering.shutdown();
    try {
      answering.awaitTermination(FINISH_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    System.out.println("hello has finished");
  }
}
