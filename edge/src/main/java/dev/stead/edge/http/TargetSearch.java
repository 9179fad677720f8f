package dev.stead.edge.http;

import dev.stead.edge.routing.LiveService;
import dev.stead.edge.routing.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request's search for a target that takes it: whom it has tried in vain, and for how long it
/// goes on once nobody is left to ask.
final class TargetSearch {
  private final List<Target> tried = new ArrayList<>(0);

  /// When to stop; 0 until there was nobody to ask. First probes have time-outs of their own.
  private long giveUpNanos;

  private @Nullable Throwable failure;

  /// Counts the request on a target that was not tried yet; null when there is none.
  @Nullable Target take(LiveService service, long nowNanos) {
    return service.take(tried, nowNanos);
  }

  void failed(Target target, Throwable cause) {
    failure = cause;
    tried.add(target);
  }

  /// Nobody is left to ask: whether all are to be asked again in a moment, since a target may come
  /// back, or another be listed.
  boolean goesOn(LiveService service, long nowNanos) {
    if (giveUpNanos == 0 || service.awaitsFirstProbe()) {
      giveUpNanos = nowNanos + service.listed().limits().connectTimeout().toNanos();
    }
    boolean hopeful = !tried.isEmpty() || service.expectsTarget();
    boolean goesOn = hopeful && nowNanos - giveUpNanos < 0;
    if (goesOn) {
      tried.clear();
    }
    return goesOn;
  }

  Refusal refusal() {
    return Refusal.unreachable(failure);
  }
}
