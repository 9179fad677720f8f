package dev.stead.agent.deploy;

import com.github.luben.zstd.Zstd;
import dev.stead.agent.bundle.Bundles;
import dev.stead.agent.bundle.Headroom;
import dev.stead.agent.observe.LogCollector;
import dev.stead.agent.observe.LogStore;
import dev.stead.agent.supervisor.ProcessSupervisor;
import dev.stead.agent.supervisor.Supervisor;
import dev.stead.agent.vault.Vault;
import dev.stead.agent.volume.Volumes;
import dev.stead.sdk.Answers;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.Event;
import dev.stead.sdk.Manifest;
import dev.stead.sdk.Requests;
import dev.stead.sdk.Wire;
import dev.stead.store.rocks.RocksStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/// A whole Stead in a temporary home, but for the edge's data path: real store, real supervisor,
/// real bundles, real processes. Its agent can be let go at any moment and started again.
final class World implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final Path home;
  final StandInEdge edge;

  /// Where the edge's control socket lies.
  Path edges;

  Site site = Site.LAPTOP;
  Set<String> certified = Set.of();
  Machine machine = Machine.here();
  Pruning.Budget budget = new Pruning.Budget(3, 50, Long.MAX_VALUE);
  RocksStore store;
  Supervisor supervisor;
  LogStore logs;
  LogCollector collector;
  Bundles bundles;
  Apps apps;

  World() throws Exception {
    home = Files.createTempDirectory(Path.of("/tmp"), "sd");
    edges = home.resolve("edge");
    edge = new StandInEdge(edges.resolve("edge.sock"));
    startAgent();
  }

  void startAgent() throws IOException {
    var clock = InstantSource.system();
    store = RocksStore.open(home.resolve("store"), clock);
    supervisor = ProcessSupervisor.open(home, clock);
    logs = LogStore.open(home.resolve("logs"), 64 << 20, clock);
    collector = LogCollector.start(logs, clock);
    var headroom = new Headroom(() -> Long.MAX_VALUE, 0);
    bundles = Bundles.open(home, clock, headroom);
    apps =
        new Apps(
            new Surroundings(
                store,
                supervisor,
                collector,
                bundles,
                new Volumes(home.resolve("volumes"), headroom),
                Vault.open(home.resolve("secrets.key")),
                home,
                edges,
                site,
                8080,
                host -> certified.contains(host),
                clock),
            machine,
            budget);
    apps.recover();
  }

  /// The agent ends in the middle of whatever it does.
  void dropAgent() {
    apps.close();
    collector.close();
    logs.close();
    supervisor.close();
    store.close();
  }

  void restartAgent() throws IOException {
    dropAgent();
    startAgent();
  }

  /// Uploads files.
  ///
  /// @return the bundle's name
  String upload(Map<String, String> files) throws Exception {
    var entries = new ArrayList<Manifest.FileEntry>();
    for (var file : new TreeMap<>(files).entrySet()) {
      var bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
      var hash = sha256(bytes);
      entries.add(
          new Manifest.FileEntry(
              file.getKey(),
              false,
              Optional.empty(),
              bytes.length,
              hash,
              List.of(new Manifest.Chunk(hash, bytes.length))));
      var packed = Zstd.compress(bytes);
      var frame = ByteBuffer.allocate(32 + 8 + packed.length);
      frame
          .put(HexFormat.of().parseHex(hash))
          .putInt(bytes.length)
          .putInt(packed.length)
          .put(packed);
      bundles.store(new ByteArrayInputStream(frame.array()));
    }
    var manifest = Wire.write(new Manifest(entries));
    var id = sha256(manifest);
    assertEmpty(bundles.announce(id, new ByteArrayInputStream(Zstd.compress(manifest))).chunks());
    return id;
  }

  private static void assertEmpty(List<String> missing) {
    if (!missing.isEmpty()) {
      throw new AssertionError("the upload lacks " + missing);
    }
  }

  /// Deploys and waits for the end.
  End deploy(AppConfig config, String bundle) throws InterruptedException {
    return end(config.app(), begin(config, bundle));
  }

  /// Deploys to an environment, when the app's name says one.
  End deploy(String app, AppConfig config, String bundle) throws InterruptedException {
    return end(app, begin(app, config, bundle));
  }

  Answers.Started begin(AppConfig config, String bundle) {
    return begin(config.app(), config, bundle);
  }

  private Answers.Started begin(String app, AppConfig config, String bundle) {
    return apps.deploy(
        app,
        new Requests.Deploy(bundle, config, Optional.empty(), Optional.empty(), Optional.empty()),
        "ada@test");
  }

  /// How an operation went.
  record End(String operation, List<Event> events) {
    Event.Finished finished() {
      return (Event.Finished) events.getLast();
    }

    /// The code of what went wrong.
    Optional<String> code() {
      return finished().problem().map(problem -> problem.code());
    }

    /// Everything that people would read.
    String text() {
      var text = new StringBuilder();
      for (var event : events) {
        text.append(
            switch (event) {
              case Event.StepStarted step -> step.text();
              case Event.StepEnded step -> "";
              case Event.Note note -> note.text();
              case Event.Output output -> "| " + output.line();
              case Event.Finished end ->
                  end.problem()
                      .map(
                          p ->
                              p.code()
                                  + " "
                                  + p.what()
                                  + ": "
                                  + p.why()
                                  + "\n"
                                  + String.join("\n", p.details()))
                      .orElse("done");
            });
        text.append('\n');
      }
      return text.toString();
    }
  }

  End end(String app, Answers.Started started) throws InterruptedException {
    var events = new ArrayList<Event>();
    apps.events(app, started.operation(), 0, events::add);
    return new End(started.operation(), events);
  }

  static Requests.Plain plain() {
    return new Requests.Plain(Optional.empty());
  }

  static Requests.Variables set(String name, String value) {
    return new Requests.Variables(Map.of(name, value), Set.of(), Optional.empty());
  }

  static Requests.Scale scale(String process, int count) {
    return new Requests.Scale(new TreeMap<>(Map.of(process, count)), Optional.empty());
  }

  static Requests.Rollback rollback() {
    return new Requests.Rollback(Optional.empty(), false, Optional.empty());
  }

  /// What the app's first target answers, as the edge would reach it.
  String get(String app, String path) throws IOException {
    var target = edge.service(app).orElseThrow().targets().getFirst();
    var url = URI.create("http://127.0.0.1:" + target.port() + path).toURL();
    try (var body = url.openStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  boolean answers(int port) {
    return !Ports.isFree(port);
  }

  /// The ids of instances that run.
  List<String> running() {
    return supervisor.instances().stream()
        .filter(instance -> instance.running())
        .map(instance -> instance.id())
        .sorted()
        .toList();
  }

  Answers.History history(String app) {
    return apps.history(app, Instant.MIN);
  }

  Operation operation(String app) {
    return new Records(store).operation(app).orElseThrow().value();
  }

  Live live(String app) {
    return new Records(store).live(app).orElseThrow().value();
  }

  static void await(String what, BooleanSupplier condition) {
    var waited = Elapsed.start();
    var pause = new Control();
    while (!condition.getAsBoolean()) {
      if (waited.reached(PATIENCE)) {
        throw new AssertionError("waited in vain for: " + what);
      }
      pause.pause(Duration.ofMillis(10));
    }
  }

  @Override
  public void close() throws IOException {
    apps.close();
    for (var instance : supervisor.instances()) {
      supervisor.stop(instance.id(), Duration.ZERO);
      supervisor.remove(instance.id());
    }
    collector.close();
    logs.close();
    supervisor.close();
    var violations = store.check();
    store.close();
    edge.close();
    try (var all = Files.walk(home)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    if (!violations.isEmpty()) {
      throw new AssertionError(violations);
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
