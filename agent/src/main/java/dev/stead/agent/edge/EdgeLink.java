package dev.stead.agent.edge;

import dev.stead.edge.control.AwaitDrained;
import dev.stead.edge.control.Awaited;
import dev.stead.edge.control.CertificateSet;
import dev.stead.edge.control.ChallengeSet;
import dev.stead.edge.control.EdgeReport;
import dev.stead.edge.control.Refused;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.TrafficReport;
import dev.stead.edge.control.Uncertified;
import dev.stead.sdk.Http;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The line to the edge's control socket: one method per question, one connection each.
///
/// `edge.sock` leads to the edge that serves. While one edge takes over from another there are
/// more, `edge-*.sock` each: those that retire still have clients, so they are told new tables,
/// too, and asked what has drained.
public final class EdgeLink {
  private static final String SERVING = "edge.sock";
  private static final String ALL = "edge-*.sock";

  private final Path directory;
  private final Http serving;

  public EdgeLink(Path directory) {
    this.directory = directory;
    this.serving = at(directory.resolve(SERVING));
  }

  private static Http at(Path socket) {
    return new Http(socket, Map.of());
  }

  /// What the edge said to what was pushed.
  public sealed interface Pushed {
    record Applied() implements Pushed {}

    record Declined(List<String> problems) implements Pushed {}
  }

  /// Hands over a table; returns once it is in force.
  ///
  /// @throws IOException when the edge does not answer
  public Pushed push(RoutingTable table) throws IOException {
    return pushToAll("/v1/table", table);
  }

  /// Hands over the certificates; returns once they are in force.
  ///
  /// @throws IOException when the edge does not answer
  public Pushed push(CertificateSet certificates) throws IOException {
    return pushToAll("/v1/certificates", certificates);
  }

  /// Hands over the answers to a CA's questions; returns once they are given.
  ///
  /// @throws IOException when the edge does not answer, or declines them
  public void answer(ChallengeSet challenges) throws IOException {
    if (pushToAll("/v1/challenges", challenges) instanceof Pushed.Declined(var problems)) {
      throw new IOException("the edge declines the challenges: " + String.join("; ", problems));
    }
  }

  private Pushed pushToAll(String path, Object document) throws IOException {
    var told = new HashSet<Path>();
    told.add(servingItself());
    var pushed = push(serving, path, document);
    if (pushed instanceof Pushed.Applied) {
      // Looked for again and again: an edge that appeared meanwhile may have read the document
      // before this one from disk. One that appears later reads this one.
      for (var others = others(told); !others.isEmpty(); others = others(told)) {
        told.addAll(others);
        others.forEach(each -> pushToOther(each, path, document));
      }
    }
    return pushed;
  }

  private static Pushed push(Http edge, String path, Object document) throws IOException {
    try (var answer = edge.send("PUT", path, Wire.write(document), "application/json")) {
      return switch (answer.status()) {
        case 200 -> new Pushed.Applied();
        case 422 -> new Pushed.Declined(Wire.read(answer.bytes(), Refused.class).problems());
        default -> throw unexpected("PUT " + path, answer);
      };
    }
  }

  private static void pushToOther(Path socket, String path, Object document) {
    try {
      push(at(socket), path, document);
    } catch (IOException e) {
      // It has ended, and its clients with it.
      return;
    }
  }

  public EdgeReport report() throws IOException {
    try (var answer = serving.send("GET", "/v1/status")) {
      if (answer.status() != 200) {
        throw unexpected("the status", answer);
      }
      return Wire.read(answer.bytes(), EdgeReport.class);
    }
  }

  /// What every edge that lives has counted since it began; of one that does not answer, nothing.
  public List<TrafficReport> traffic() throws IOException {
    var reports = new ArrayList<TrafficReport>();
    for (var each : others(Set.of())) {
      traffic(at(each)).ifPresent(reports::add);
    }
    return reports;
  }

  private static Optional<TrafficReport> traffic(Http edge) {
    try (var answer = edge.send("GET", "/v1/traffic")) {
      // An edge of a version before this one does not know the question.
      return answer.status() == 200
          ? Optional.of(Wire.read(answer.bytes(), TrafficReport.class))
          : Optional.empty();
    } catch (IOException e) {
      // It has ended.
      return Optional.empty();
    }
  }

  /// Blocks until requests wait for services that are asleep, but no longer than 20 s.
  ///
  /// @return those services
  public List<String> awaitRequests() throws IOException {
    try (var answer = serving.send("POST", "/v1/awaited", new byte[0], "application/json")) {
      if (answer.status() != 200) {
        throw unexpected("the wait for requests", answer);
      }
      return Wire.read(answer.bytes(), Awaited.class).services();
    }
  }

  /// Blocks until clients have asked for hosts that no certificate is for, but no longer than 20 s.
  ///
  /// @return those hosts, as the clients wrote them; each is told once
  public List<String> awaitUncertified() throws IOException {
    try (var answer = serving.send("POST", "/v1/uncertified", new byte[0], "application/json")) {
      if (answer.status() != 200) {
        throw unexpected("the wait for hosts without certificate", answer);
      }
      return Wire.read(answer.bytes(), Uncertified.class).hosts();
    }
  }

  /// Blocks until nothing is in flight on these targets, or their budgets have ended what was left.
  public void awaitDrained(List<String> targets) throws IOException {
    var asked = servingItself();
    awaitDrained(serving, targets);
    for (var each : others(Set.of(asked))) {
      awaitDrainedAtOther(each, targets);
    }
  }

  private static void awaitDrainedAtOther(Path socket, List<String> targets) {
    try {
      awaitDrained(at(socket), targets);
    } catch (IOException e) {
      // It has ended, and what it had in flight with it.
      return;
    }
  }

  private static void awaitDrained(Http edge, List<String> targets) throws IOException {
    var body = Wire.write(new AwaitDrained(targets));
    try (var answer = edge.send("POST", "/v1/drained", body, "application/json")) {
      if (answer.status() / 100 != 2) {
        throw unexpected("the wait for drained targets", answer);
      }
    }
  }

  /// The own socket of the edge that serves.
  private Path servingItself() {
    try {
      return directory.resolve(SERVING).toRealPath();
    } catch (IOException e) {
      // Nobody serves; asking the edge will say so.
      return directory.resolve(SERVING);
    }
  }

  private List<Path> others(Set<Path> than) throws IOException {
    var found = new ArrayList<Path>();
    try (var sockets = Files.newDirectoryStream(directory, ALL)) {
      for (var socket : sockets) {
        var path = socket.toRealPath();
        if (!than.contains(path)) {
          found.add(path);
        }
      }
    } catch (NoSuchFileException e) {
      // One has ended since it was listed: look again.
      return Files.exists(directory) ? others(than) : List.of();
    }
    return found;
  }

  private static IOException unexpected(String what, Http.Answer answer) throws IOException {
    return new IOException(
        "the edge answered %s with %d: %s"
            .formatted(what, answer.status(), new String(answer.bytes(), StandardCharsets.UTF_8)));
  }
}
