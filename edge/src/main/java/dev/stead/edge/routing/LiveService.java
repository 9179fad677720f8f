package dev.stead.edge.routing;

import dev.stead.edge.control.Service;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One app as it is served now: its entry in the table, its targets, its held requests, its
/// retries.
public final class LiveService {
  private final Service listed;
  private final String prefix;
  private final List<Network> allowed;
  private final Redirects redirects;
  private final ErrorPages errorPages;
  private final List<Target> targets;
  private final HoldQueue held;
  private final RetryBudget retries;
  private final @Nullable LiveService canary;
  private final AtomicInteger turn = new AtomicInteger();

  LiveService(
      Service listed,
      List<Target> targets,
      HoldQueue held,
      RetryBudget retries,
      @Nullable LiveService canary) {
    this.listed = listed;
    this.canary = canary;
    this.prefix = prefix(listed.path());
    this.allowed = listed.rules().allow().stream().map(Network::parse).toList();
    this.redirects = new Redirects(listed.rules().redirects());
    this.errorPages = listed.rules().errorPages().map(ErrorPages::read).orElseGet(ErrorPages::none);
    this.targets = List.copyOf(targets);
    this.held = held;
    this.retries = retries;
  }

  /// A path as a prefix: without the slash at its end, so `/` is the empty one.
  static String prefix(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  public Service listed() {
    return listed;
  }

  public List<Target> targets() {
    return targets;
  }

  /// The release that some visitors get instead; it shares the queue and the retries. Null when
  /// there is none.
  public @Nullable LiveService canary() {
    return canary;
  }

  /// This one, and the canary if there is one.
  public List<LiveService> releases() {
    return canary == null ? List.of(this) : List.of(this, canary);
  }

  public HoldQueue held() {
    return held;
  }

  public RetryBudget retries() {
    return retries;
  }

  /// Whether somebody from this address may use it; who comes from nowhere known may not where only
  /// some may.
  public boolean admits(@Nullable InetAddress from) {
    if (allowed.isEmpty()) {
      return true;
    }
    for (Network network : allowed) {
      if (from != null && network.contains(from)) {
        return true;
      }
    }
    return false;
  }

  public Redirects redirects() {
    return redirects;
  }

  /// The page that its browsers get with an error of the edge's; null when the edge's own will do.
  public byte @Nullable [] errorPage(int status) {
    return errorPages.of(status);
  }

  String prefix() {
    return prefix;
  }

  /// Whether the path lies under this service's, on a segment's boundary.
  boolean covers(String path) {
    return path.startsWith(prefix)
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
  }

  /// The request target as the app sees it: with the prefix taken off when the service says so.
  public String forwarded(String requestTarget) {
    if (!listed.stripPath() || prefix.isEmpty() || !requestTarget.startsWith(prefix)) {
      return requestTarget;
    }
    String rest = requestTarget.substring(prefix.length());
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  /// Counts the request on the target that the service's balance says, among those not tried yet;
  /// healthy ones first, the others when there is no healthy one. Null when no trusted target is
  /// left.
  public @Nullable Target take(Collection<Target> tried, long nowNanos) {
    Target best = choose(tried, nowNanos, true);
    if (best == null) {
      best = choose(tried, nowNanos, false);
    }
    if (best != null) {
      best.take();
    }
    return best;
  }

  private @Nullable Target choose(Collection<Target> tried, long nowNanos, boolean healthyOnly) {
    return switch (listed.forwarding().balance()) {
      case LEAST_IN_FLIGHT -> least(tried, nowNanos, healthyOnly);
      case ROUND_ROBIN -> next(tried, nowNanos, healthyOnly);
    };
  }

  /// The turn goes round those that can be asked, so that whoever stands behind a sick one does not
  /// get the sick one's share as well.
  private @Nullable Target next(Collection<Target> tried, long nowNanos, boolean healthyOnly) {
    List<Target> able =
        targets.stream()
            .filter(target -> target.trusted() && (!healthyOnly || target.healthy(nowNanos)))
            .filter(target -> !tried.contains(target))
            .toList();
    return able.isEmpty() ? null : able.get(Math.floorMod(turn.getAndIncrement(), able.size()));
  }

  private @Nullable Target least(Collection<Target> tried, long nowNanos, boolean healthyOnly) {
    int size = targets.size();
    if (size == 0) {
      return null;
    }
    int first = size == 1 ? 0 : Math.floorMod(turn.getAndIncrement(), size);
    Target best = null;
    for (int i = 0; i < size; i++) {
      Target target = targets.get((first + i) % size);
      if (target.trusted()
          && (!healthyOnly || target.healthy(nowNanos))
          && (best == null || target.inFlight() < best.inFlight())
          && !tried.contains(target)) {
        best = target;
      }
    }
    return best;
  }

  /// Whether nothing but a file can answer.
  public boolean filesAlone() {
    return targets.isEmpty() && listed.mode() != Service.Mode.ASLEEP;
  }

  /// Whether a target may become usable without a new table: one that waits for its first probe.
  public boolean expectsTarget() {
    for (Target target : targets) {
      if (!target.trusted()) {
        return true;
      }
    }
    return false;
  }

  /// Whether some target has been asked how it is for the first time, and has not answered yet.
  public boolean awaitsFirstProbe() {
    for (Target target : targets) {
      if (!target.known()) {
        return true;
      }
    }
    return false;
  }
}
