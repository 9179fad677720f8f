package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.agent.FreePort;
import dev.stead.agent.certs.RealEdge;
import dev.stead.sdk.Answers.AppState;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.Requests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What visitors see of pauses, canaries and sleep: real requests through a real edge to real
/// instances.
final class VisitorsTest {
  private static final Sample APP = Sample.of("cv").process("web", Sample.WEB, 2);

  @TempDir private Path temporary;
  private World world;
  private RealEdge edge;
  private int port;

  @BeforeEach
  void open() throws Exception {
    port = FreePort.next();
    edge = new RealEdge(Files.createDirectories(temporary.resolve("edge")), port, FreePort.next());
    world = new World();
    world.dropAgent();
    world.edges = edge.sockets();
    world.startAgent();
  }

  @AfterEach
  void close() throws Exception {
    world.close();
    edge.close();
  }

  @Test
  void whoComesDuringAPauseIsServedAfterIt() throws Exception {
    world.deploy(APP.config(), world.upload(Sample.server("one")));
    world.end("cv", world.apps.pause("cv", World.plain(), "ada@test"));
    var waiting = several();
    world.restartAgent();
    world.deploy(APP.config(), world.upload(Sample.server("two")));
    assertThat(waiting).noneMatch(Future::isDone);
    world.end("cv", world.apps.resume("cv", World.plain(), "ada@test"));
    for (var answer : waiting) {
      assertThat(answer.get()).startsWith("HTTP/1.1 200").endsWith("two");
    }
    maintenance(true);
    assertThat(get("/")).startsWith("HTTP/1.1 503").contains("S-503-MAINTENANCE", "retry-after");
    assertThat(get("/up")).startsWith("HTTP/1.1 200");
    maintenance(false);
    assertThat(get("/")).startsWith("HTTP/1.1 200");
  }

  @Test
  void aCanaryComesGrowsAndIsPromotedWithoutAFailedRequest() throws Exception {
    world.deploy(APP.config(), world.upload(Sample.server("one")));
    var seen = new ConcurrentLinkedQueue<String>();
    var over = new AtomicBoolean();
    var visitors = new ArrayList<FutureTask<Boolean>>();
    for (var i = 0; i < 4; i++) {
      visitors.add(
          started(
              () -> {
                while (!over.get()) {
                  seen.add(get("/"));
                }
                return true;
              }));
    }
    deployCanary(APP.config(), "two", 50);
    World.await("visitors of both", () -> endsWith(seen, "one") && endsWith(seen, "two"));
    assertThat(get("/", "Stead-Release: 1")).endsWith("one");
    assertThat(get("/", "Stead-Release: 2")).endsWith("two");
    world.end("cv", world.apps.promoteCanary("cv", World.plain(), "ada@test"));
    assertThat(get("/", "Stead-Release: 1")).endsWith("two");
    deployCanary(APP.config(), "three", 50);
    World.await("visitors of the next", () -> endsWith(seen, "three"));
    world.end("cv", world.apps.abortCanary("cv", World.plain(), "ada@test"));
    assertThat(get("/", "Stead-Release: 3")).endsWith("two");
    over.set(true);
    for (var visitor : visitors) {
      assertThat(visitor.get()).isTrue();
    }
    assertThat(seen).allMatch(answer -> answer.startsWith("HTTP/1.1 200"));
  }

  @Test
  void whoComesToASleepingAppWaitsForItAndIsServed() throws Exception {
    var app = APP.sleepAfter(Duration.ofSeconds(1));
    world.deploy(app.config(), world.upload(Sample.server("one")));
    awaitSleep();
    for (var answer : several()) {
      assertThat(answer.get()).startsWith("HTTP/1.1 200").endsWith("one");
    }
    assertThat(wakes()).as("one for all of them").isEqualTo(1);

    awaitSleep();
    world.dropAgent();
    var waiting = several();
    world.startAgent();
    for (var answer : waiting) {
      assertThat(answer.get()).startsWith("HTTP/1.1 200").endsWith("one");
    }
  }

  private void awaitSleep() {
    World.await("sleep", () -> world.apps.status("cv").state() == AppState.ASLEEP);
    World.await("its end", () -> world.apps.status("cv").operation().isEmpty());
    assertThat(world.running()).isEmpty();
  }

  private long wakes() {
    return world.history("cv").changes().stream()
        .filter(change -> change.message().equals("wake v1"))
        .count();
  }

  private void maintenance(boolean on) throws InterruptedException {
    var request = new Requests.Maintenance(on, Optional.empty());
    world.end("cv", world.apps.maintenance("cv", request, "ada@test"));
  }

  private void deployCanary(AppConfig config, String text, int percent) throws Exception {
    var request =
        new Requests.Deploy(
            world.upload(Sample.server(text)),
            config,
            Optional.empty(),
            Optional.empty(),
            Optional.of(percent));
    var end = world.end("cv", world.apps.deploy("cv", request, "ada@test"));
    assertThat(end.text()).contains("done");
  }

  private static boolean endsWith(ConcurrentLinkedQueue<String> seen, String text) {
    return seen.stream().anyMatch(answer -> answer.endsWith(text));
  }

  /// Requests of visitors who come at the same time.
  private List<FutureTask<String>> several() {
    var asked = new ArrayList<FutureTask<String>>();
    for (var i = 0; i < 5; i++) {
      asked.add(started(() -> get("/")));
    }
    return asked;
  }

  private static <T> FutureTask<T> started(Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread.ofVirtual().name("visitor").start(task);
    return task;
  }

  /// The whole answer, as it comes over the wire.
  private String get(String path, String... headers) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
      var request =
          "GET %s HTTP/1.1\r\nHost: cv.localhost\r\nConnection: close\r\n%s\r\n"
              .formatted(path, more);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
