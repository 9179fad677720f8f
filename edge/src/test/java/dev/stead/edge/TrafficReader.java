package dev.stead.edge;

import dev.stead.edge.control.TrafficReport;
import dev.stead.edge.control.TrafficReport.ReleaseTraffic;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/// Reads again and again what every edge of a home that lives has counted, as the agent does, and
/// remembers what each said last.
final class TrafficReader implements AutoCloseable {
  private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

  private final Path sockets;
  private final Map<String, TrafficReport> last = new ConcurrentHashMap<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Thread thread;

  TrafficReader(Path home) {
    this.sockets = home.resolve("edge");
    this.thread = Thread.ofVirtual().name("traffic-reader").start(this::run);
  }

  private void run() {
    while (!over.get()) {
      list().forEach(this::read);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private List<Path> list() {
    var found = new ArrayList<Path>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(sockets, "edge-*.sock")) {
      all.forEach(found::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private void read(Path socket) {
    try {
      EdgeUnderTest.Reply reply = EdgeUnderTest.ask(socket, "GET", "/v1/traffic", new byte[0]);
      TrafficReport report = Wire.read(reply.bytes(), TrafficReport.class);
      last.put(report.edge(), report);
    } catch (IOException e) {
      // It has ended since it was listed, or is not there yet.
      return;
    }
  }

  int edges() {
    return last.size();
  }

  /// What was answered for a service, by all edges together.
  long answered(String service) {
    return last.values().stream()
        .flatMap(report -> report.releases().stream())
        .filter(release -> release.service().equals(service))
        .mapToLong(TrafficReader::count)
        .sum();
  }

  private static long count(ReleaseTraffic release) {
    return release.outcomes().values().stream()
        .flatMapToLong(
            latencies -> {
              List<Long> pairs = latencies.counts();
              return LongStream.range(0, pairs.size() / 2)
                  .map(i -> pairs.get(Math.toIntExact(2 * i + 1)));
            })
        .sum();
  }

  @Override
  public void close() {
    over.set(true);
    Eventually.eventually("the reader ends", () -> !thread.isAlive());
  }
}
