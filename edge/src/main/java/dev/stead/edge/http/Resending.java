package dev.stead.edge.http;

import dev.stead.edge.routing.LiveService;
import java.time.Duration;

/// Whether one request may be sent to a target a second time: once, and only where the first can
/// have done nothing of it, or does no more by doing it twice (edge.md, Retries).
final class Resending {
  /// A request that may not be sent twice is not written to a connection that has been idle for
  /// longer: the target could be closing it (edge.md, trap 2).
  private static final long UNREPEATABLE_IDLE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Inbound inbound;
  private final SentBody sent;
  private boolean resent;

  Resending(Inbound inbound, SentBody sent) {
    this.inbound = inbound;
    this.sent = sent;
  }

  private boolean repeatable() {
    return inbound.idempotent() && (!inbound.hasBody() || sent.buffered());
  }

  /// How long the connection that the request is written to may have been idle; 0 for a fresh one.
  long idleAtMostNanos() {
    return resent ? 0 : repeatable() ? Long.MAX_VALUE : UNREPEATABLE_IDLE_NANOS;
  }

  /// Asked when the connection ended before the answer's head was whole; true once at most.
  ///
  /// @param untouched whether the target says that it has done nothing of the request
  /// @param silent whether no byte of an answer had come
  boolean granted(LiveService service, boolean untouched, boolean silent) {
    boolean harmless = untouched ? sent.complete() : silent && repeatable();
    boolean granted = harmless && !resent && (untouched || service.retries().spend());
    resent |= granted;
    return granted;
  }
}
