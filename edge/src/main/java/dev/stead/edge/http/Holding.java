package dev.stead.edge.http;

import dev.stead.edge.control.Service.Mode;
import dev.stead.edge.routing.HoldQueue;
import dev.stead.edge.routing.LiveService;
import org.jspecify.annotations.Nullable;

/// One request's stay in the queue of its service, and what of its body waits with it. A table that
/// comes meanwhile sends everybody round once more; the time that a request may be held goes on
/// from when it first was, unless it now waits for something else.
final class Holding {
  private final Client client;
  private final HoldQueue.Waiter waiter;
  private @Nullable HoldQueue queue;
  private long weight;
  private long sinceNanos;

  /// Of the service while it held the request; null when it never did.
  private @Nullable Mode mode;

  Holding(Client client, HoldQueue.Waiter waiter) {
    this.client = client;
    this.waiter = waiter;
  }

  /// False when the queue takes no more.
  boolean begin(LiveService service) {
    if (mode != service.listed().mode()) {
      mode = service.listed().mode();
      sinceNanos = client.worker().nanos();
    }
    HoldQueue joined = service.held();
    if (!joined.join(waiter, service.listed().limits().holdRequestsMax())) {
      return false;
    }
    queue = joined;
    return weigh();
  }

  /// Counts what has come of the body by now; false when too much waits. The rest stays with the
  /// client: what is not asked for is bounded by a read, or a window.
  boolean weigh() {
    HoldQueue joined = queue;
    if (joined == null) {
      return true;
    }
    long now = client.heldBytes();
    boolean fits = joined.weigh(now - weight);
    weight = now;
    return fits;
  }

  boolean expired(LiveService service, long nowNanos) {
    return nowNanos - sinceNanos >= service.listed().limits().holdTimeout().toNanos();
  }

  /// Ends the stay; false when the request was let go already, or is about to be.
  boolean end() {
    HoldQueue left = queue;
    if (left == null) {
      return false;
    }
    queue = null;
    left.weigh(-weight);
    weight = 0;
    return left.leave(waiter);
  }
}
