package hello;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// What Stead tells this process about itself, through its environment.
///
/// @param facts label and value, in the order of the page
record Deployment(Map<String, String> facts) {

  static Deployment of(Map<String, String> environment, Instant started) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("app", environment.getOrDefault("STEAD_APP", "hello"));
    facts.put("release", environment.getOrDefault("STEAD_RELEASE", "none, not run by Stead"));
    facts.put("previous release", environment.getOrDefault("STEAD_PREVIOUS_RELEASE", "none"));
    facts.put("environment", environment.getOrDefault("STEAD_ENVIRONMENT", "none"));
    facts.put("instance", environment.getOrDefault("STEAD_INSTANCE", "none"));
    facts.put("process id", Long.toString(ProcessHandle.current().pid()));
    facts.put("port", environment.getOrDefault("PORT", "8000"));
    facts.put("java", Runtime.version().toString());
    facts.put("started", started.toString());
    return new Deployment(facts);
  }

  String release() {
    return facts.getOrDefault("release", "");
  }

  String asJson() {
    return facts.entrySet().stream()
        .map(fact -> "  %s: %s".formatted(quoted(fact.getKey()), quoted(fact.getValue())))
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  String asTableRows() {
    return facts.entrySet().stream()
        .map(fact -> "<tr><th>%s<td>%s".formatted(fact.getKey(), escaped(fact.getValue())))
        .collect(Collectors.joining("\n"));
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
