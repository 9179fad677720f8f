package dev.stead.agent.deploy;

import dev.stead.edge.control.AwaitDrained;
import dev.stead.edge.control.EdgeReport;
import dev.stead.edge.control.Refused;
import dev.stead.edge.control.RoutingTable;
import dev.stead.sdk.Http;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The line to the edge's control socket: one method per question, one connection each.
final class EdgeLink {
  private final Http http;

  EdgeLink(Path socket) {
    this.http = new Http(socket, Map.of());
  }

  /// What the edge said to a table.
  sealed interface Pushed {
    record Applied() implements Pushed {}

    record Declined(List<String> problems) implements Pushed {}
  }

  /// Hands over a table; returns once it is in force.
  ///
  /// @throws IOException when the edge does not answer
  Pushed push(RoutingTable table) throws IOException {
    try (var answer = http.send("PUT", "/v1/table", Wire.write(table), "application/json")) {
      return switch (answer.status()) {
        case 200 -> new Pushed.Applied();
        case 422 -> new Pushed.Declined(Wire.read(answer.bytes(), Refused.class).problems());
        default -> throw unexpected("the table", answer);
      };
    }
  }

  EdgeReport report() throws IOException {
    try (var answer = http.send("GET", "/v1/status")) {
      if (answer.status() != 200) {
        throw unexpected("the status", answer);
      }
      return Wire.read(answer.bytes(), EdgeReport.class);
    }
  }

  /// Blocks until nothing is in flight on these targets, or their budgets have ended what was left.
  void awaitDrained(List<String> targets) throws IOException {
    var body = Wire.write(new AwaitDrained(targets));
    try (var answer = http.send("POST", "/v1/drained", body, "application/json")) {
      if (answer.status() / 100 != 2) {
        throw unexpected("the wait for drained targets", answer);
      }
    }
  }

  private static IOException unexpected(String what, Http.Answer answer) throws IOException {
    return new IOException(
        "the edge answered %s with %d: %s"
            .formatted(what, answer.status(), new String(answer.bytes(), StandardCharsets.UTF_8)));
  }
}
