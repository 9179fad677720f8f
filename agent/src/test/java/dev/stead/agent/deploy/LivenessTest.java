package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import dev.stead.sdk.Answers.Change;
import dev.stead.sdk.Answers.InstanceStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Instances that run but are not alive.
final class LivenessTest {
  private static final Duration OFTEN = Duration.ofMillis(50);

  /// Is ready, and alive unless it finds `ill` or, made in this run, `ill-INSTANCE` beside it.
  /// Makes `alive-INSTANCE` as it says so.
  private static final String SERVER =
      """
      import http.server, os
      own = "ill-" + os.environ["STEAD_INSTANCE"]
      if os.path.exists(own): os.remove(own)
      class H(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              ill = self.path == "/alive" and (os.path.exists("ill") or os.path.exists(own))
              if self.path == "/alive" and not ill: open("alive-" + os.environ["STEAD_INSTANCE"], "w").close()
              self.send_response(500 if ill else 200)
              self.end_headers()
              self.wfile.write(b"stuck" if ill else b"well")
          def log_message(self, *args): pass
      http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), H).serve_forever()
      """;

  private static final String STUCK = "GET /alive answered 500: stuck";

  private World world;

  @BeforeEach
  void open() throws Exception {
    world = new World();
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void oneThatIsNoLongerAliveIsRestartedAndTheOtherServes() throws Exception {
    deploy(Sample.of("cv").process("web", Sample.WEB, 2).liveness("/alive", OFTEN));
    var before = world.apps.status("cv").instances();
    var first = before.getFirst().id();
    World.await("it to be asked", () -> Files.exists(file("cv", "alive-" + first)));

    Files.createFile(file("cv", "ill-" + first));
    World.await("its restart", () -> restarts("cv") == 1);
    World.await("both at the edge", () -> targets("cv") == 2);

    var after = world.apps.status("cv").instances();
    assertThat(after.getFirst().restarts()).isEqualTo(1);
    assertThat(after.getFirst().why()).contains("ended since it was not alive: " + STUCK);
    assertThat(after.get(1)).extracting(InstanceStatus::pid).isEqualTo(before.get(1).pid());
    assertThat(served("cv")).as("the other alone").contains(List.of(before.get(1).id()));
    assertThat(world.history("cv").changes().getFirst())
        .extracting(Change::author, Change::message)
        .containsExactly("agent", "restart web.1 of v1, which was not alive: " + STUCK);
    assertThat(world.apps.findings().toString()).contains(STUCK);
  }

  @Test
  void oneThatWasNeverAliveIsRestartedWithoutALineOfTheHistory() throws Exception {
    deploy(Sample.of("cv").liveness("/alive", OFTEN), "ill");
    World.await("its restart", () -> restarts("cv") == 1);

    var instance = world.apps.status("cv").instances().getFirst();
    assertThat(instance.why()).contains("ended since it was not alive: " + STUCK);
    assertThat(world.history("cv").changes())
        .extracting(Change::message)
        .noneMatch(message -> message.startsWith("restart"));
    assertThat(served("cv")).as("nobody else serves").doesNotContain(List.of());
  }

  @Test
  void nothingIsRestartedDuringARolloutNorWithoutLiveness() throws Exception {
    deploy(Sample.of("plain"), "ill");
    deploy(Sample.of("busy").liveness("/alive", OFTEN));
    world.edge.holdDrains();
    var busy = Sample.of("busy").liveness("/alive", OFTEN).config();
    var rollout = world.begin(busy, world.upload(files("ill")));
    World.await("its switch", () -> world.live("busy").release() == 2);
    deploy(Sample.of("other").liveness("/alive", OFTEN), "ill");
    World.await("the restart of another app", () -> restarts("other") == 1);

    assertThat(restarts("plain")).isZero();
    assertThat(restarts("busy")).isZero();

    world.edge.endDrains();
    assertThat(world.end("busy", rollout).code()).isEmpty();
    World.await("its restart after the rollout", () -> restarts("busy") == 1);
    assertThat(restarts("plain")).isZero();
  }

  /// @param more names of further files
  private void deploy(Sample app, String... more) throws Exception {
    var end = world.deploy(app.config(), world.upload(files(more)));
    assertThat(end.code()).as(end.text()).isEmpty();
  }

  private static Map<String, String> files(String... more) {
    var files = new TreeMap<>(Map.of("server.py", SERVER));
    for (var name : more) {
      files.put(name, "here");
    }
    return files;
  }

  private Path file(String app, String name) {
    return world.bundles.directory(app, 1).resolve(name);
  }

  /// Of all its instances together.
  private int restarts(String app) {
    return world.apps.status(app).instances().stream().mapToInt(InstanceStatus::restarts).sum();
  }

  private int targets(String app) {
    return world.edge.service(app).orElseThrow().targets().size();
  }

  /// Which instances each of the edge's tables had.
  private List<List<String>> served(String app) {
    return world.edge.tables().stream()
        .flatMap(table -> table.services().stream())
        .filter(service -> service.name().equals(app))
        .map(service -> service.targets().stream().map(Service.Target::id).toList())
        .toList();
  }
}
