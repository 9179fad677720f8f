package dev.stead.edge.routing;

import dev.stead.edge.control.Service.Redirect;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The paths of a service that have moved. An exact path wins over all below one, the longest of
/// these wins.
public final class Redirects {
  private static final String BELOW = "/*";

  private final Map<String, Redirect> exact = new HashMap<>();
  private final List<Redirect> below;

  Redirects(List<Redirect> listed) {
    listed.stream()
        .filter(each -> !each.from().endsWith(BELOW))
        .forEach(each -> exact.put(each.from(), each));
    below =
        listed.stream()
            .filter(each -> each.from().endsWith(BELOW))
            .sorted(Comparator.comparingInt((Redirect each) -> each.from().length()).reversed())
            .toList();
  }

  /// Where to, and by which status.
  public record Moved(String location, int status) {}

  /// Null when the path has not moved.
  ///
  /// @param target path and query as they were asked for; the query is kept unless the new address
  ///   has one
  public @Nullable Moved find(String target) {
    if (exact.isEmpty() && below.isEmpty()) {
      return null;
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question);
    Redirect found = exact.get(path);
    if (found != null) {
      return moved(found, "", query);
    }
    for (Redirect each : below) {
      int parent = each.from().length() - BELOW.length();
      boolean covers = each.from().regionMatches(0, path, 0, parent);
      if (covers && (path.length() == parent || path.charAt(parent) == '/')) {
        return moved(each, path.substring(parent), query);
      }
    }
    return null;
  }

  private static Moved moved(Redirect by, String rest, String query) {
    String to = by.to();
    if (to.endsWith(BELOW)) {
      // RFC 3986 4.2: two slashes at the front would name another host.
      to = to.substring(0, to.length() - 1) + rest.replaceFirst("^[/\\\\]+", "");
    }
    return new Moved(to.indexOf('?') < 0 ? to + query : to, by.status());
  }
}
