package dev.stead.sdk;

import dev.stead.sdk.StoreAnswers.Seen;
import dev.stead.sdk.StoreRequests.At;
import dev.stead.sdk.StoreRequests.Expected;
import dev.stead.sdk.StoreRequests.Page;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The part of a [Client] that is about the store: keys with all their revisions, on branches.
/// Every method is one request and fails as the client's do. Safe for concurrent use.
///
/// The platform's own keys (`apps/…`, `certs/…`, `stead/…`) can be read and not written.
public final class StoreClient {
  private static final String DATA = "data:";
  private static final String ID = "id:";

  private final Http http;

  StoreClient(Http http) {
    this.http = http;
  }

  public StoreAnswers.Branches branches() throws IOException {
    return get("/v1/store/branches", StoreAnswers.Branches.class);
  }

  public StoreAnswers.Branch fork(StoreRequests.Fork fork) throws IOException {
    return post("/v1/store/branches", fork, StoreAnswers.Branch.class);
  }

  /// Deletes a branch with all that was written to it.
  public void deleteBranch(String name) throws IOException {
    Client.checked(http.send("DELETE", "/v1/store/branches/" + escaped(name))).close();
  }

  /// The live keys that start with a prefix.
  public StoreAnswers.Keys list(At at, String prefix, Page page) throws IOException {
    return get("/v1/store/keys" + query(at, prefix, page), StoreAnswers.Keys.class);
  }

  /// A key's value; empty when it is not there.
  public Optional<StoreAnswers.Value> get(At at, String key) throws IOException {
    try (var answer = Client.checked(http.send("GET", path(key) + Client.query(parameters(at))))) {
      return Optional.of(
          new StoreAnswers.Value(
              tag(answer.headers().getOrDefault("ETag", "")),
              answer.headers().getOrDefault("Content-Type", ""),
              ByteBuffer.wrap(answer.bytes())));
    } catch (ProblemException e) {
      if (e.problem().code().equals(Code.NO_KEY.id())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Which key of which branch is written, what for, and under which condition.
  public record Target(
      Optional<String> branch, String key, Expected expected, Optional<String> message) {
    /// A key of the first branch, whatever it holds.
    public static Target of(String key) {
      return new Target(Optional.empty(), key, Expected.anything(), Optional.empty());
    }
  }

  /// Sets a key.
  ///
  /// @throws ProblemException `A-CONFLICT` when it does not hold what was expected
  public StoreAnswers.Committed put(Target target, String contentType, byte[] value)
      throws IOException {
    var headers = new HashMap<>(conditions(target.expected()));
    headers.put("Content-Type", contentType);
    var path = path(target.key()) + query(target);
    try (var answer = Client.checked(http.with(headers).send("PUT", path, value))) {
      return Wire.read(answer.bytes(), StoreAnswers.Committed.class);
    }
  }

  /// Deletes a key; what it held stays in its history.
  public StoreAnswers.Committed delete(Target target) throws IOException {
    var sender = http.with(conditions(target.expected()));
    var path = path(target.key()) + query(target);
    try (var answer = Client.checked(sender.send("DELETE", path))) {
      return Wire.read(answer.bytes(), StoreAnswers.Committed.class);
    }
  }

  public StoreAnswers.Committed commit(StoreRequests.Commit commit) throws IOException {
    return post("/v1/store/commits", commit, StoreAnswers.Committed.class);
  }

  /// What happened to the keys under a prefix.
  public StoreAnswers.History history(At at, String prefix, Optional<Integer> limit)
      throws IOException {
    var path = "/v1/store/history" + query(at, prefix, new Page(Optional.empty(), limit));
    return get(path, StoreAnswers.History.class);
  }

  /// What happened to one key, with the patches.
  public StoreAnswers.History versions(At at, String key, Optional<Integer> limit)
      throws IOException {
    var parameters = parameters(at);
    parameters.put("key", Optional.of(key));
    parameters.put("limit", limit);
    return get("/v1/store/history" + Client.query(parameters), StoreAnswers.History.class);
  }

  /// The keys under a prefix that are not the same at two points.
  public StoreAnswers.Differences diff(At left, At right, String prefix, Page page)
      throws IOException {
    var parameters = new HashMap<String, Optional<?>>();
    parameters.put("left", left.branch());
    parameters.put("left-at", left.at());
    parameters.put("right", right.branch());
    parameters.put("right-at", right.at());
    parameters.put("prefix", Optional.of(prefix));
    parameters.put("after", page.after());
    parameters.put("limit", page.limit());
    return get("/v1/store/diff" + Client.query(parameters), StoreAnswers.Differences.class);
  }

  public StoreAnswers.Merged merge(StoreRequests.Merge merge) throws IOException {
    return post("/v1/store/merges", merge, StoreAnswers.Merged.class);
  }

  public StoreAnswers.Merged revert(StoreRequests.Revert revert) throws IOException {
    return post("/v1/store/reverts", revert, StoreAnswers.Merged.class);
  }

  /// What is watched.
  ///
  /// @param after the revision behind which it begins; empty for what comes from now on
  /// @param place where a watch before it stood, which it goes on from instead
  public record Watching(
      Optional<String> branch, String prefix, OptionalLong after, Optional<String> place) {}

  /// Who is told what a watch comes to.
  public interface Watcher {
    /// Where the watch stands: what to go on from when it is cut now. Told at its beginning and
    /// behind each thing that was seen.
    void at(String place);

    void seen(Seen seen);
  }

  /// Hands over every commit that concerns the prefix, once, in order. Ends only by an exception,
  /// of the watcher's or of the connection's; who comes back goes on where the watch stood.
  ///
  /// @throws ProblemException `A-RESTORED` when that was in another store
  public void watch(Watching watching, Watcher watcher) throws IOException {
    var parameters = new HashMap<String, Optional<?>>();
    parameters.put("branch", watching.branch());
    parameters.put("prefix", Optional.of(watching.prefix()));
    if (watching.after().isPresent()) {
      parameters.put("after", Optional.of(watching.after().getAsLong()));
    }
    var sender =
        watching.place().map(place -> http.with(Map.of("Last-Event-ID", place))).orElse(http);
    var path = "/v1/store/watch" + Client.query(parameters);
    try (var answer = Client.checked(sender.send("GET", path))) {
      var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
      var place = "";
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(ID)) {
          place = line.substring(ID.length()).strip();
        } else if (line.startsWith(DATA)) {
          var json = line.substring(DATA.length()).getBytes(StandardCharsets.UTF_8);
          watcher.seen(Wire.read(json, Seen.class));
        } else if (line.isEmpty() && !place.isEmpty()) {
          watcher.at(place);
          place = "";
        }
      }
    }
    throw new IOException("the watch was cut");
  }

  /// A consistent copy of the whole store, as a tar archive; `stead store restore` takes it.
  public Http.Answer backup() throws IOException {
    return Client.checked(http.send("GET", "/v1/store/backup"));
  }

  /// Walks everything and proves the store's invariants.
  public StoreAnswers.Check check() throws IOException {
    return get("/v1/store/check", StoreAnswers.Check.class);
  }

  private <T> T get(String path, Class<T> type) throws IOException {
    try (var answer = Client.checked(http.send("GET", path))) {
      return Wire.read(answer.bytes(), type);
    }
  }

  private <T> T post(String path, Record request, Class<T> type) throws IOException {
    var sent = http.send("POST", path, Wire.write(request), "application/json");
    try (var answer = Client.checked(sent)) {
      return Wire.read(answer.bytes(), type);
    }
  }

  private static Map<String, String> conditions(Expected expected) {
    return expected
        .tag()
        .map(
            tag ->
                tag.revision() == 0 ? Map.of("If-None-Match", "*") : Map.of("If-Match", tag.etag()))
        .orElseGet(Map::of);
  }

  private static RevisionTag tag(String etag) throws IOException {
    try {
      return RevisionTag.of(etag);
    } catch (IllegalArgumentException e) {
      throw new IOException("the agent's ETag is no revision: " + etag, e);
    }
  }

  private static String query(Target target) {
    var parameters = new HashMap<String, Optional<?>>();
    parameters.put("branch", target.branch());
    parameters.put("message", target.message());
    return Client.query(parameters);
  }

  private static String query(At at, String prefix, Page page) {
    var parameters = parameters(at);
    parameters.put("prefix", Optional.of(prefix));
    parameters.put("after", page.after());
    parameters.put("limit", page.limit());
    return Client.query(parameters);
  }

  private static Map<String, Optional<?>> parameters(At at) {
    var parameters = new HashMap<String, Optional<?>>();
    parameters.put("branch", at.branch());
    parameters.put("at", at.at());
    return parameters;
  }

  private static String path(String key) {
    return "/v1/store/keys/" + escaped(key);
  }

  // A form's encoding, but for the space, which a path writes otherwise. Dots alone in a segment
  // would lead elsewhere.
  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace(".", "%2E");
  }
}
