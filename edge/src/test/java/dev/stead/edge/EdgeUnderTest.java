package dev.stead.edge;

import dev.stead.edge.control.AwaitDrained;
import dev.stead.edge.control.Certificate;
import dev.stead.edge.control.CertificateSet;
import dev.stead.edge.control.ChallengeSet;
import dev.stead.edge.control.EdgeReport;
import dev.stead.edge.control.Refused;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Service;
import dev.stead.edge.http.Bounds;
import dev.stead.edge.http.Proxies;
import dev.stead.sdk.Wire;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// An edge in this process, with a home and clocks of its own, spoken to over its real sockets.
final class EdgeUnderTest implements AutoCloseable {
  private final TestTime time = new TestTime();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final Bounds bounds;
  private final Proxies proxies;
  private final Path home;
  private Edge edge;
  private long generation;
  private long certificatesGeneration;

  EdgeUnderTest() throws IOException {
    this(Bounds.DEFAULTS);
  }

  EdgeUnderTest(Bounds bounds) throws IOException {
    this(bounds, Proxies.NONE);
  }

  EdgeUnderTest(Bounds bounds, Proxies proxies) throws IOException {
    this.bounds = bounds;
    this.proxies = proxies;
    home = Files.createTempDirectory(Path.of("/tmp"), "edge");
    edge = start(Tables.BOOT_ID);
  }

  EdgeUnderTest(Service... services) throws IOException {
    this();
    serve(services);
  }

  private Edge start(String bootId) throws IOException {
    var settings = new Settings(home, home, 0, 0, null, bounds, proxies, List.of());
    return Edge.start(
        settings, bootId, time.time(), new PrintStream(log, true, StandardCharsets.UTF_8));
  }

  /// Ends it and starts another on the same home.
  void restart(String bootId) throws IOException {
    restart(bootId, () -> {});
  }

  /// What happens to the home while no edge runs.
  interface Meanwhile {
    void act() throws IOException;
  }

  void restart(String bootId, Meanwhile meanwhile) throws IOException {
    edge.close();
    meanwhile.act();
    edge = start(bootId);
  }

  TestTime time() {
    return time;
  }

  Path home() {
    return home;
  }

  String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  int port() {
    return edge.port();
  }

  int httpsPort() {
    return edge.httpsPort();
  }

  RawClient connect() throws IOException {
    return RawClient.connect(port());
  }

  /// Lets time pass in steps until the client has an answer: for what counts from a moment that a
  /// test cannot see.
  RawClient.Message answerAfter(Duration step, RawClient client) throws IOException {
    Eventually.eventually(
        "an answer, in steps of " + step,
        () -> {
          Sweeps.pass();
          time.advance(step);
          return client.readable();
        });
    return client.message();
  }

  /// What the control socket answered.
  record Reply(int status, String body) {
    byte[] bytes() {
      return body.getBytes(StandardCharsets.UTF_8);
    }
  }

  /// Applies the next table; fails when it is refused.
  void serve(Service... services) throws IOException {
    generation++;
    Reply reply = push(new RoutingTable(generation, Tables.BOOT_ID, List.of(services)));
    if (reply.status() != 200) {
      throw new AssertionError("the table was not applied: " + reply);
    }
  }

  Reply push(RoutingTable table) throws IOException {
    return ask("PUT", "/v1/table", Wire.write(table));
  }

  /// Serves these certificates and no others; fails when they are refused.
  void certify(Certificate... certificates) throws IOException {
    certificatesGeneration++;
    Reply reply = push(new CertificateSet(certificatesGeneration, List.of(certificates)));
    if (reply.status() != 200) {
      throw new AssertionError("the certificates were not taken: " + reply);
    }
  }

  Reply push(CertificateSet set) throws IOException {
    return ask("PUT", "/v1/certificates", Wire.write(set));
  }

  Reply push(ChallengeSet set) throws IOException {
    return ask("PUT", "/v1/challenges", Wire.write(set));
  }

  List<String> problems(Reply reply) {
    return Wire.read(reply.bytes(), Refused.class).problems();
  }

  EdgeReport report() throws IOException {
    return Wire.read(ask("GET", "/v1/status", new byte[0]).bytes(), EdgeReport.class);
  }

  EdgeReport.@Nullable TargetReport target(String id) {
    try {
      return report().targets().stream().filter(t -> t.id().equals(id)).findAny().orElse(null);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  int inFlight(String id) {
    EdgeReport.TargetReport target = target(id);
    return target == null ? 0 : target.requests() + target.streams();
  }

  /// Asks to be told when these have drained.
  FutureTask<Reply> drained(String... ids) {
    var asking =
        new FutureTask<>(
            () -> ask("POST", "/v1/drained", Wire.write(new AwaitDrained(List.of(ids)))));
    Thread.ofVirtual().name("await-drained").start(asking);
    return asking;
  }

  /// Starts another edge on the same home, which takes over; the one before it can then retire.
  Overtaken overtaken() throws IOException {
    Edge before = edge;
    edge = start(Tables.BOOT_ID);
    return new Overtaken(before);
  }

  /// The edge that another has taken over from.
  record Overtaken(Edge before) {
    FutureTask<Boolean> retire() {
      var retiring =
          new FutureTask<>(
              () -> {
                before.retire();
                before.close();
                return true;
              });
      Thread.ofVirtual().name("retire").start(retiring);
      return retiring;
    }
  }

  Reply ask(String method, String path, byte[] body) throws IOException {
    return ask(home.resolve("edge/edge.sock"), method, path, body);
  }

  static Reply ask(Path socket, String method, String path, byte[] body) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      String head =
          "%s %s HTTP/1.1\r\nHost: edge\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
              .formatted(method, path, body.length);
      channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
      var rest = ByteBuffer.wrap(body);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      var answer = new ByteArrayOutputStream();
      var buffer = ByteBuffer.allocate(16 * 1024);
      while (channel.read(buffer) >= 0) {
        answer.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      String text = answer.toString(StandardCharsets.UTF_8);
      if (text.isEmpty()) {
        throw new EOFException("the edge ended before it answered " + method + " " + path);
      }
      return new Reply(
          Integer.parseInt(text.split(" ", 3)[1]), text.substring(text.indexOf("\r\n\r\n") + 4));
    }
  }

  @Override
  public void close() throws IOException {
    edge.close();
    try (var files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    if (log().contains("a bug")) {
      throw new AssertionError(log());
    }
  }
}
