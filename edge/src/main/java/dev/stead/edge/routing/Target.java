package dev.stead.edge.routing;

import dev.stead.edge.control.EdgeReport.TargetReport;
import dev.stead.edge.control.Service;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One instance as the edge sees it: its address, what is in flight on it, how healthy it is, and
/// whether it drains. It lives as long as the same instance is listed, whatever tables come and go.
///
/// In flight is counted by [#take] before the route is read again (see [Routing#take]) and ends
/// with [#release], once each.
public final class Target {
  /// So many probes in a row must fail before the target is left out.
  static final int FAILED_PROBES_MAX = 3;

  private static final long SUSPECT_NANOS = Duration.ofSeconds(1).toNanos();

  private final Service.Target listed;
  private final InetSocketAddress address;
  private final Ticker ticker;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();

  /// When something was in flight last.
  private volatile long usedNanos;

  private volatile boolean trusted;
  private volatile int failedProbes;
  private volatile boolean suspect;
  private volatile long suspectUntilNanos;
  private volatile @Nullable Drain drain;

  Target(Service.Target listed, Ticker ticker) {
    this.listed = listed;
    this.ticker = ticker;
    this.usedNanos = ticker.nanoTime();
    this.address = new InetSocketAddress(InetAddress.ofLiteral(listed.host()), listed.port());
  }

  public String id() {
    return listed.id();
  }

  public InetSocketAddress address() {
    return address;
  }

  Service.Target listed() {
    return listed;
  }

  /// Counts one more request in flight.
  void take() {
    inFlight.incrementAndGet();
  }

  /// Ends what [#take] began.
  public void release() {
    usedNanos = ticker.nanoTime();
    inFlight.decrementAndGet();
  }

  /// The request in flight has become a stream; [#releaseStream] ends it instead of [#release].
  public void becomeStream() {
    streams.incrementAndGet();
  }

  public void releaseStream() {
    streams.decrementAndGet();
    release();
  }

  /// Requests and streams together.
  public int inFlight() {
    return inFlight.get();
  }

  /// The budgets since it left the table; null while it is listed.
  public @Nullable Drain drain() {
    return drain;
  }

  public boolean draining() {
    return drain != null;
  }

  void leave(Drain budgets) {
    drain = budgets;
  }

  void comeBack() {
    drain = null;
  }

  /// Whether it may be asked at all: it was pushed by the agent, or answered a probe since.
  boolean trusted() {
    return trusted;
  }

  /// Whether it is known by now how it is: trusted, or asked in vain.
  public boolean known() {
    return trusted || failedProbes > 0;
  }

  void trust() {
    trusted = true;
  }

  boolean healthy(long nowNanos) {
    return failedProbes < FAILED_PROBES_MAX && !(suspect && nowNanos - suspectUntilNanos < 0);
  }

  void probeSucceeded() {
    failedProbes = 0;
    suspect = false;
    trusted = true;
  }

  /// Called by the probe alone.
  void probeFailed() {
    failedProbes = Math.min(failedProbes + 1, FAILED_PROBES_MAX);
  }

  /// A request could not reach it: others are asked first for a while.
  public void requestFailed(long nowNanos) {
    suspectUntilNanos = nowNanos + SUSPECT_NANOS;
    suspect = true;
  }

  TargetReport report(long nowNanos) {
    int all = inFlight.get();
    int streaming = Math.min(streams.get(), all);
    return new TargetReport(
        id(),
        draining(),
        trusted && healthy(nowNanos),
        all - streaming,
        streaming,
        all > 0
            ? Optional.empty()
            : Optional.of(Duration.ofNanos(Math.max(0, nowNanos - usedNanos))));
  }

  @Override
  public String toString() {
    return listed.id() + " at " + listed.host() + ":" + listed.port();
  }
}
