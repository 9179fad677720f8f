package dev.stead.rig.load;

import dev.stead.rig.host.Entrance;
import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Traffic of every kind at once, from when it is made until [#stop]: one virtual thread and at
/// most one connection per visitor.
public final class MixedLoad implements AutoCloseable {
  /// How many visitors [#requests] has, each with one connection.
  public static final int PLAIN_VISITORS = 4;

  /// How many visitors of each kind there are: 36 connections, and 18 more with TLS.
  private static final Map<Kind, Integer> VISITORS =
      Map.ofEntries(
          Map.entry(Kind.GET, 12),
          Map.entry(Kind.POST, 8),
          Map.entry(Kind.DOWNLOAD, 4),
          Map.entry(Kind.WEBSOCKET, 4),
          Map.entry(Kind.LONG_WEBSOCKET, 2),
          Map.entry(Kind.EVENTS, 4),
          Map.entry(Kind.LONG_EVENTS, 2),
          Map.entry(Kind.HTTP2_GET, 6),
          Map.entry(Kind.HTTP2_POST, 4),
          Map.entry(Kind.HTTP2_EVENTS, 2),
          Map.entry(Kind.CALL, 4),
          Map.entry(Kind.STREAMED_CALL, 2));

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int POSTS_MAX = 1_000_000;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(20);

  private final Entrance edge;
  private final Duration stayMax;
  private final long until;
  private final Random chance;
  private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
  private final AtomicInteger posted = new AtomicInteger();
  private final List<Thread> visitors = new ArrayList<>();
  private volatile boolean stopping;

  private MixedLoad(Entrance edge, Duration stayMax, Duration longest, long seed) {
    this.edge = edge;
    this.stayMax = stayMax;
    this.until = System.nanoTime() + longest.toNanos();
    this.chance = new Random(seed);
  }

  /// Starts every kind that can come in there.
  ///
  /// @param stayMax how long a short stream lasts at most; it lasts at least half as long
  /// @param longest when it ends by itself
  public static MixedLoad start(Entrance edge, Duration stayMax, Duration longest, long seed) {
    var load = new MixedLoad(edge, stayMax, longest, seed);
    VISITORS.forEach(
        (kind, count) -> {
          for (var i = 0; i < count && (edge.tls() || !kind.needsTls()); i++) {
            load.admit(kind, load.visitor(kind));
          }
        });
    load.visitors.forEach(Thread::start);
    return load;
  }

  /// Starts plain requests alone, for a page of any app.
  public static MixedLoad requests(Entrance edge, String app, String path) {
    var load = new MixedLoad(edge, Duration.ZERO, LONGEST, 0);
    for (var i = 0; i < PLAIN_VISITORS; i++) {
      load.admit(Kind.GET, Requests.get(edge, app, path));
    }
    load.visitors.forEach(Thread::start);
    return load;
  }

  private void admit(Kind kind, Visitor visitor) {
    tallies.computeIfAbsent(kind, unknown -> new Tally());
    visitors.add(
        Thread.ofVirtual()
            .name(kind + "-" + visitors.size())
            .unstarted(() -> visit(kind, visitor)));
  }

  private Visitor visitor(Kind kind) {
    return switch (kind) {
      case GET -> Requests.get(edge, "load", "/hello?wait=90");
      case POST -> Requests.post(edge, this::nextId);
      case DOWNLOAD -> Requests.download(edge);
      case WEBSOCKET -> new WebSocket(edge, this::shortStay);
      case LONG_WEBSOCKET -> new WebSocket(edge, () -> this::isOver);
      case EVENTS -> new EventStream(edge, this::shortStay);
      case LONG_EVENTS -> new EventStream(edge, () -> this::isOver);
      case HTTP2_GET -> Streams.get(edge, "/hello?wait=90");
      case HTTP2_POST -> Streams.post(edge, this::nextId);
      case HTTP2_EVENTS -> Streams.events(edge, this::shortStay);
      case CALL -> Calls.unary(edge);
      case STREAMED_CALL -> Calls.stream(edge, this::shortStay);
    };
  }

  private String nextId() {
    return "id-" + posted.getAndIncrement();
  }

  private Stay shortStay() {
    var stay = stayMax.multipliedBy(500 + chance.nextInt(500)).dividedBy(1_000);
    var end = System.nanoTime() + stay.toNanos();
    return () -> isOver() || System.nanoTime() > end;
  }

  private boolean isOver() {
    return stopping || System.nanoTime() > until || posted.get() > POSTS_MAX;
  }

  private void visit(Kind kind, Visitor visitor) {
    var tally = tally(kind);
    try (visitor) {
      while (!isOver()) {
        tally.begun();
        try {
          tally.ended(visitor.visit());
        } catch (IOException | RuntimeException e) {
          tally.failed(e.toString());
          LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("closing a connection of " + kind, e);
    }
  }

  private Tally tally(Kind kind) {
    return Objects.requireNonNull(tallies.get(kind));
  }

  /// What there is traffic of.
  public Set<Kind> kinds() {
    return tallies.keySet();
  }

  /// How many exchanges of a kind have begun and not ended.
  public int inFlight(Kind kind) {
    return tally(kind).inFlight();
  }

  /// How many exchanges of a kind went well so far.
  public int done(Kind kind) {
    return tally(kind).line().done();
  }

  /// Waits until something of every kind is in flight or has been.
  public void awaitFlow() {
    for (var kind : kinds()) {
      Eventually.until(
          () -> kind + " to flow: " + report() + report().failures(),
          Duration.ofSeconds(30),
          () -> inFlight(kind) > 0 && (kind.isLong() || done(kind) > 0));
    }
  }

  public Report report() {
    var lines = new EnumMap<Kind, Report.Line>(Kind.class);
    tallies.forEach((kind, tally) -> lines.put(kind, tally.line()));
    return new Report(lines, posted.get());
  }

  /// Lets every visitor finish what it has, and ends.
  public Report stop() {
    close();
    return report();
  }

  @Override
  public void close() {
    stopping = true;
    try {
      for (var visitor : visitors) {
        if (!visitor.join(Duration.ofSeconds(30))) {
          throw new AssertionError(visitor.getName() + " still waits for its answer");
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while the load ended", e);
    }
  }
}
