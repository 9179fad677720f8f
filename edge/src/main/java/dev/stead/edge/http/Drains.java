package dev.stead.edge.http;

import dev.stead.edge.control.Service.Limits;
import dev.stead.edge.routing.Drain;
import dev.stead.edge.routing.Target;
import org.jspecify.annotations.Nullable;

/// The budgets that end one attempt: its target's since that left the table, or its own since the
/// edge retires.
final class Drains {
  private final Worker worker;
  private final Target target;
  private final Limits limits;
  private @Nullable Drain retirement;

  Drains(Worker worker, Target target, Limits limits) {
    this.worker = worker;
    this.target = target;
    this.limits = limits;
  }

  /// Null while there is no end in sight.
  @Nullable Drain now(long nowNanos) {
    if (target.drain() == null && worker.retiring()) {
      if (retirement == null) {
        retirement = Drain.begin(limits, nowNanos);
      }
      return retirement;
    }
    return target.drain();
  }
}
