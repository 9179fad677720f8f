package dev.stead.sdk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Consumer;

/// The client of one agent. Every method is one request; a refusal is a [ProblemException], no
/// answer at all an [IOException]. Safe for concurrent use.
///
/// An app is named as [AppName] writes it: `cv`, or `staging.cv` in environment `staging`.
public final class Client {
  private final Http http;

  /// Talks to the agent behind a socket; connects anew for each request.
  ///
  /// @param socket the agent's unix socket
  /// @param actor who asks, from where (`ada@laptop`); written into the history
  public Client(Path socket, String actor) {
    this(Dialer.to(socket), actor);
  }

  /// The same by a way of the caller's own.
  public Client(Dialer dialer, String actor) {
    this.http = new Http(dialer, Map.of("Stead-Actor", actor));
  }

  /// What the agent's store holds.
  public StoreClient store() {
    return new StoreClient(http);
  }

  public Answers.Status status() throws IOException {
    return get("/v1/status", Answers.Status.class);
  }

  /// Looks at everything; takes as long as the slowest app takes to answer its health check.
  public Answers.Doctor doctor() throws IOException {
    return get("/v1/doctor", Answers.Doctor.class);
  }

  public Answers.AppStatus app(String app) throws IOException {
    return get("/v1/apps/" + app, Answers.AppStatus.class);
  }

  /// What the edge served, release by release.
  ///
  /// @param app only this one
  /// @param since how far back, at most [Traffic#SINCE_MAX]; the last five minutes where it is
  ///   empty
  public Traffic traffic(Optional<String> app, Optional<Duration> since) throws IOException {
    var path = app.map(name -> "/v1/apps/" + name + "/traffic").orElse("/v1/traffic");
    return get(path + query(Map.of("since", since)), Traffic.class);
  }

  /// Ends the agent and everything it runs.
  public void shutdown() throws IOException {
    call("POST", "/v1/shutdown", Optional.empty()).close();
  }

  /// The chunks that the agent lacks of a bundle it has seen before; empty when it does not know
  /// the bundle.
  public Optional<Answers.Missing> bundle(String id) throws IOException {
    try {
      return Optional.of(get("/v1/bundles/" + id, Answers.Missing.class));
    } catch (ProblemException e) {
      if (e.problem().code().equals(Code.NO_BUNDLE.id())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Announces a bundle and asks which of its chunks are missing.
  ///
  /// @param manifestZstd the JSON of its [Manifest], compressed with zstd
  public Answers.Missing announce(String id, byte[] manifestZstd) throws IOException {
    try (var answer =
        checked(http.send("PUT", "/v1/bundles/" + id, manifestZstd, "application/zstd"))) {
      return Wire.read(answer.bytes(), Answers.Missing.class);
    }
  }

  /// Sends chunks. The body is a sequence of frames: 32 bytes SHA-256 of the chunk, 4 bytes its
  /// size, 4 bytes the size of what follows (both big-endian), then the chunk compressed with zstd.
  /// What was received before a cut is kept.
  public Answers.Stored chunks(byte[] frames) throws IOException {
    try (var answer =
        checked(http.send("POST", "/v1/chunks", frames, "application/octet-stream"))) {
      return Wire.read(answer.bytes(), Answers.Stored.class);
    }
  }

  public Answers.Started deploy(String app, Requests.Deploy request) throws IOException {
    return start(app, "deploy", request);
  }

  public Answers.Started rollback(String app, Requests.Rollback request) throws IOException {
    return start(app, "rollback", request);
  }

  /// What going back would change.
  ///
  /// @param release where to; empty = the one before what is live
  /// @param at where to instead: what was live then
  public Answers.Difference rollbackDifference(
      String app, Optional<Integer> release, Optional<Instant> at) throws IOException {
    return get(
        "/v1/apps/" + app + "/rollback" + query(Map.of("release", release, "at", at)),
        Answers.Difference.class);
  }

  /// What differs between two releases of an app.
  public Answers.Difference difference(String app, int from, int to) throws IOException {
    return get("/v1/apps/%s/diff?from=%d&to=%d".formatted(app, from, to), Answers.Difference.class);
  }

  public Answers.Started scale(String app, Requests.Scale request) throws IOException {
    return start(app, "scale", request);
  }

  public Answers.Started restart(String app, Requests.Plain request) throws IOException {
    return start(app, "restart", request);
  }

  public Answers.Started stop(String app, Requests.Plain request) throws IOException {
    return start(app, "stop", request);
  }

  public Answers.Started startApp(String app, Requests.Plain request) throws IOException {
    return start(app, "start", request);
  }

  /// Gives the canary another share of the visitors.
  public Answers.Started canary(String app, Requests.Canary request) throws IOException {
    return start(app, "canary", request);
  }

  /// Makes the canary what is live.
  public Answers.Started promoteCanary(String app, Requests.Plain request) throws IOException {
    return start(app, "canary/promote", request);
  }

  /// Ends the canary; what is live gets all visitors again.
  public Answers.Started abortCanary(String app, Requests.Plain request) throws IOException {
    return start(app, "canary/abort", request);
  }

  /// Has the edge hold the app's requests until it is resumed.
  public Answers.Started pause(String app, Requests.Plain request) throws IOException {
    return start(app, "pause", request);
  }

  /// Lets the app's requests pass again, those that were held first; ends a maintenance, too.
  public Answers.Started resume(String app, Requests.Plain request) throws IOException {
    return start(app, "resume", request);
  }

  /// Turns the app's requests away with a page that says so, or ends that.
  public Answers.Started maintenance(String app, Requests.Maintenance request) throws IOException {
    return start(app, "maintenance", request);
  }

  /// Lets whoever has the private key of this public one deploy the app, and nothing else.
  public Answers.Token createToken(String app, Requests.NewToken request) throws IOException {
    try (var answer = call("POST", "/v1/apps/" + app + "/tokens", Optional.of(request))) {
      return Wire.read(answer.bytes(), Answers.Token.class);
    }
  }

  public Answers.Tokens tokens(String app) throws IOException {
    return get("/v1/apps/" + app + "/tokens", Answers.Tokens.class);
  }

  public void revokeToken(String app, String name) throws IOException {
    call("DELETE", "/v1/apps/%s/tokens/%s".formatted(app, name), Optional.empty()).close();
  }

  public Answers.Certs certs() throws IOException {
    return get("/v1/certs", Answers.Certs.class);
  }

  /// Those of an app's hosts.
  public Answers.Certs certs(String app) throws IOException {
    return get("/v1/apps/" + app + "/certs", Answers.Certs.class);
  }

  /// Gets a certificate for a host that has none that is valid; returns when it is served.
  public Answers.Cert orderCert(Requests.CertHost request) throws IOException {
    return cert("order", request);
  }

  /// Gets a new certificate in the place of the one that serves; returns when it is served.
  public Answers.Cert renewCert(Requests.CertHost request) throws IOException {
    return cert("renew", request);
  }

  private Answers.Cert cert(String verb, Requests.CertHost request) throws IOException {
    try (var answer = call("POST", "/v1/certs/" + verb, Optional.of(request))) {
      return Wire.read(answer.bytes(), Answers.Cert.class);
    }
  }

  /// Has a certificate of one's own served, for every host that it bears.
  public Answers.Certs importCert(Requests.OwnCertificate request) throws IOException {
    try (var answer = call("POST", "/v1/certs", Optional.of(request))) {
      return Wire.read(answer.bytes(), Answers.Certs.class);
    }
  }

  public Answers.Volumes volumes() throws IOException {
    return get("/v1/volumes", Answers.Volumes.class);
  }

  /// Begins to copy a volume, while the edge holds the app's requests and none of its instances
  /// runs. [#volumeArchive] is for afterwards.
  public Answers.Started backUpVolume(String app, String volume, Requests.Plain request)
      throws IOException {
    return start(app, "volumes/" + volume + "/backup", request);
  }

  /// The copy that [#backUpVolume] made, as a compressed tar archive. It can be read once.
  public Http.Answer volumeArchive(String app, String volume) throws IOException {
    return checked(http.send("GET", "/v1/apps/%s/volumes/%s/backup".formatted(app, volume)));
  }

  /// Sends an archive that is to be restored; [#restoreVolume] puts it in place.
  public void sendVolume(String app, String volume, InputStream archive) throws IOException {
    var path = "/v1/apps/%s/volumes/%s/incoming".formatted(app, volume);
    checked(http.send("PUT", path, archive)).close();
  }

  /// Begins to replace a volume by what [#sendVolume] sent, while the edge holds the app's requests
  /// and none of its instances runs.
  public Answers.Started restoreVolume(String app, String volume, Requests.Plain request)
      throws IOException {
    return start(app, "volumes/" + volume + "/restore", request);
  }

  /// Makes what runs of the app in another environment its next release.
  public Answers.Started promote(String app, Requests.Promote request) throws IOException {
    return start(app, "promote", request);
  }

  /// What differs between two environments.
  ///
  /// @param app only this one, named without an environment
  public Answers.EnvironmentDifference environmentDifference(
      String from, String to, Optional<String> app) throws IOException {
    return get(
        "/v1/environments/" + from + "/diff" + query(Map.of("to", Optional.of(to), "app", app)),
        Answers.EnvironmentDifference.class);
  }

  public Answers.Environments environments() throws IOException {
    return get("/v1/environments", Answers.Environments.class);
  }

  /// Makes an environment of another one's apps and their config; none of them runs there yet.
  public Answers.Environment fork(Requests.Fork request) throws IOException {
    try (var answer = call("POST", "/v1/environments", Optional.of(request))) {
      return Wire.read(answer.bytes(), Answers.Environment.class);
    }
  }

  /// Removes an app that is stopped: all but its volumes and logs.
  public void removeApp(String app) throws IOException {
    call("DELETE", "/v1/apps/" + app, Optional.empty()).close();
  }

  /// Removes an app that is stopped, and its volumes; also those of an app that went before.
  public void removeAppWithVolumes(String app) throws IOException {
    call("DELETE", "/v1/apps/" + app + "?volumes=true", Optional.empty()).close();
  }

  /// Removes an environment in which nothing runs. Its volumes and logs stay.
  public void removeEnvironment(String name) throws IOException {
    call("DELETE", "/v1/environments/" + name, Optional.empty()).close();
  }

  public Answers.Started changeEnv(String app, Requests.Variables request) throws IOException {
    return start(app, "env", request);
  }

  public Answers.Started changeSecrets(String app, Requests.Variables request) throws IOException {
    return start(app, "secrets", request);
  }

  /// Reads an operation's events from number `from` (0 = the first) until [Event.Finished].
  ///
  /// @throws IOException when the connection ends before that; the caller goes on with the next
  ///   number
  public void events(String app, String operation, int from, Consumer<Event> each)
      throws IOException {
    var path = "/v1/apps/%s/operations/%s/events?from=%d".formatted(app, operation, from);
    try (var answer = checked(http.send("GET", path))) {
      var finished = new boolean[1];
      lines(
          answer.body(),
          line -> {
            var event = Wire.read(line, Event.class);
            finished[0] |= event instanceof Event.Finished;
            each.accept(event);
          });
      if (!finished[0]) {
        throw new IOException("the event stream of operation " + operation + " was cut");
      }
    }
  }

  /// Asks to undo an operation. Before the switch it is undone; after it, it goes on to its end.
  public void cancel(String app, String operation) throws IOException {
    call("DELETE", "/v1/apps/%s/operations/%s".formatted(app, operation), Optional.empty()).close();
  }

  public Answers.Releases releases(String app) throws IOException {
    return get("/v1/apps/" + app + "/releases", Answers.Releases.class);
  }

  public Answers.Env env(String app) throws IOException {
    return get("/v1/apps/" + app + "/env", Answers.Env.class);
  }

  public Answers.Secrets secrets(String app) throws IOException {
    return get("/v1/apps/" + app + "/secrets", Answers.Secrets.class);
  }

  /// Who changed what, newest first.
  ///
  /// @param since only what was done at most so long ago
  public Answers.History history(String app, Optional<Duration> since) throws IOException {
    return get(
        "/v1/apps/" + app + "/history" + query(Map.of("since", since)), Answers.History.class);
  }

  /// Reads log lines; with `follow` until the thread is interrupted or the agent ends.
  public void logs(String app, Requests.LogQuery query, Consumer<Answers.LogLine> each)
      throws IOException {
    var path =
        "/v1/apps/"
            + app
            + "/logs"
            + query(
                Map.of(
                    "follow", query.follow() ? Optional.of(true) : Optional.empty(),
                    "since", query.since(),
                    "release", query.release(),
                    "process", query.process(),
                    "grep", query.grep(),
                    "lines", query.lines()));
    try (var answer = checked(http.send("GET", path))) {
      lines(answer.body(), line -> each.accept(Wire.read(line, Answers.LogLine.class)));
    }
  }

  public Answers.RunStarted run(String app, Requests.Run request) throws IOException {
    try (var answer = call("POST", "/v1/apps/" + app + "/runs", Optional.of(request))) {
      return Wire.read(answer.bytes(), Answers.RunStarted.class);
    }
  }

  /// What a run prints, as frames: 1 byte kind (1 output, 2 error output, 3 the end), 4 bytes
  /// length (big-endian), then so many bytes. The end's bytes are the exit code in decimal. Closing
  /// the answer before the end kills the run.
  public Http.Answer runOutput(String run) throws IOException {
    return checked(http.send("GET", "/v1/runs/" + run + "/output"));
  }

  /// Feeds a run until the stream ends, then closes its input.
  public void runInput(String run, InputStream input) throws IOException {
    checked(http.send("POST", "/v1/runs/" + run + "/input", input)).close();
  }

  public void runSize(String run, Requests.TerminalSize size) throws IOException {
    call("POST", "/v1/runs/" + run + "/size", Optional.of(size)).close();
  }

  private Answers.Started start(String app, String verb, Record request) throws IOException {
    try (var answer = call("POST", "/v1/apps/" + app + "/" + verb, Optional.of(request))) {
      return Wire.read(answer.bytes(), Answers.Started.class);
    }
  }

  private <T> T get(String path, Class<T> type) throws IOException {
    try (var answer = checked(http.send("GET", path))) {
      return Wire.read(answer.bytes(), type);
    }
  }

  private Http.Answer call(String method, String path, Optional<? extends Record> body)
      throws IOException {
    if (body.isEmpty()) {
      return checked(http.send(method, path));
    }
    var json = Wire.write(body.orElseThrow());
    return checked(http.send(method, path, json, "application/json"));
  }

  static Http.Answer checked(Http.Answer answer) throws IOException {
    if (answer.status() / 100 == 2) {
      return answer;
    }
    try (answer) {
      throw new ProblemException(Wire.read(answer.bytes(), Problem.class));
    }
  }

  private static void lines(InputStream body, Consumer<byte[]> each) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      each.accept(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  static String query(Map<String, ? extends Optional<?>> parameters) {
    var joined = new StringJoiner("&", "?", "");
    joined.setEmptyValue("");
    parameters.forEach(
        (name, value) ->
            value.ifPresent(
                v ->
                    joined.add(
                        name + "=" + URLEncoder.encode(v.toString(), StandardCharsets.UTF_8))));
    return joined.toString();
  }
}
