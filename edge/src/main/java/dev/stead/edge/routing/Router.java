package dev.stead.edge.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One routing table, ready for look-ups; immutable.
///
/// An exact host wins over `*.rest`, which wins over `*`. The host decides first: a host that
/// somebody claims is never served by `*`. Of its services, the longest path prefix wins.
public final class Router {
  private static final Comparator<LiveService> LONGEST_PREFIX_FIRST =
      Comparator.comparingInt((LiveService service) -> service.prefix().length()).reversed();

  private final long generation;
  private final List<LiveService> services;
  private final Map<String, List<LiveService>> byHost = new HashMap<>();

  Router(long generation, List<LiveService> services) {
    this.generation = generation;
    this.services = List.copyOf(services);
    for (LiveService service : services) {
      for (String host : service.listed().hosts()) {
        byHost
            .computeIfAbsent(host.toLowerCase(Locale.ROOT), any -> new ArrayList<>())
            .add(service);
      }
    }
    byHost.values().forEach(list -> list.sort(LONGEST_PREFIX_FIRST));
  }

  static Router empty() {
    return new Router(0, List.of());
  }

  long generation() {
    return generation;
  }

  public List<LiveService> services() {
    return services;
  }

  /// The service of a request; null when there is none.
  ///
  /// @param host in lower case, without port; empty when the request names none
  /// @param path the raw path, without query
  public @Nullable LiveService find(String host, String path) {
    List<LiveService> candidates = byHost.get(host);
    if (candidates == null) {
      int dot = host.indexOf('.');
      candidates = dot > 0 ? byHost.get("*" + host.substring(dot)) : null;
    }
    if (candidates == null) {
      candidates = byHost.get("*");
    }
    if (candidates == null) {
      return null;
    }
    for (LiveService candidate : candidates) {
      if (candidate.covers(path)) {
        return candidate;
      }
    }
    return null;
  }
}
