package dev.stead.agent.api;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// One line of the routing table.
///
/// @param segments of the path; `{name}` stands for any one segment, `{name…}` at the end for all
///   that follows, decoded
/// @param audience the least that may ask: what deployers may, operators may, too
record Route(String method, List<String> segments, Door.Audience audience, Endpoint endpoint) {
  /// No name of ours has other characters, so none needs decoding, and none leads out of a
  /// directory.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private static final String REST = "…}";

  /// What a route does; runs on a virtual thread of its own and may block.
  interface Endpoint {
    void serve(Exchange exchange) throws IOException, InterruptedException;
  }

  static Route of(String method, String path, Endpoint endpoint) {
    return new Route(method, split(path), Door.Audience.OPERATORS, endpoint);
  }

  /// The same, for what deploying an app needs.
  Route forDeployers() {
    return new Route(method, segments, Door.Audience.DEPLOYERS, endpoint);
  }

  /// The names that a path has where this route has `{…}`; empty when it is another path.
  Optional<Map<String, String>> match(List<String> path) {
    var last = segments.getLast();
    if (last.endsWith(REST)) {
      var fixed = segments.size() - 1;
      return path.size() > fixed && path.subList(0, fixed).equals(segments.subList(0, fixed))
          ? Optional.of(Map.of(last.substring(1, last.length() - REST.length()), rest(path, fixed)))
          : Optional.empty();
    }
    if (path.size() != segments.size()) {
      return Optional.empty();
    }
    var names = new HashMap<String, String>();
    for (var i = 0; i < path.size(); i++) {
      var segment = segments.get(i);
      if (segment.startsWith("{") && NAME.matcher(path.get(i)).matches()) {
        names.put(segment.substring(1, segment.length() - 1), path.get(i));
      } else if (!segment.equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(names);
  }

  private static String rest(List<String> path, int from) {
    return Escapes.decoded(String.join("/", path.subList(from, path.size())));
  }

  static List<String> split(String path) {
    return Arrays.asList(path.split("/", -1));
  }
}
