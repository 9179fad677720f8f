package dev.stead.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Crush's API as a client of the original knows it, over TCP.
///
/// What is compared with is what the original's users were told and saw: a value is `[current,
/// revisions]` in base64, a missing key `[]`, each patch turns a newer value into the one before,
/// errors are 404 with a status and an error. And where the original failed (a key's info without a
/// fork, a merge into a fork made by PUT, history across a delete, state across a restart,
/// concurrent writes), what it promised.
final class CrushTest {
  private final Home home = Home.make();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = FreePort.next();
  private Agent agent;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(home.path.resolve("settings.json"), "{\"crush-port\":%d}".formatted(port));
    agent = Agent.start(new Agent.Places(home.path, home.path), InstantSource.system());
  }

  @AfterEach
  void checkAndStop() throws IOException {
    assertThat(home.client().store().check().violations()).isEmpty();
    agent.close();
    client.close();
    home.close();
  }

  @Test
  void aConversationOverEveryRouteGoesAsWithTheOriginal() throws Exception {
    hold(
        """
        GET    /doc                         -> 200 []
        DELETE /doc                         -> 200 {"status":"ok"}
        PUT    /doc abXcd                   -> 200 {"status":"ok"}
        GET    /doc                         -> 200 [<abXcd>,[]]
        GET    /doc/default?revisions=all   -> 200 [<abXcd>,[]]
        PUT    /doc abYZcd                  -> 200 {"status":"ok"}
        PUT    /doc abYZcd                  -> 200 {"status":"ok"}
        GET    /doc                         -> 200 [<abYZcd>,[]]
        GET    /doc?revisions=1             -> 200 [<abYZcd>,[[["eq",<abYZcd>]]]]
        GET    /doc?revisions=all           -> 200 [<abYZcd>,[[["eq",<abYZcd>]],[["eq",<ab>],["del",<YZ>],["ins",<X>],["eq",<cd>]]]]
        GET    /doc?revisions=9&patch=true  -> 200 [<abYZcd>,[<abYZcd>,<abXcd>]]
        GET    /doc/info                    -> 200 {"key":"doc","revision_count":2}
        GET    /doc/default/info            -> 200 {"key":"doc","revision_count":2}
        GET    /none/info                   -> 404 {"status":"error","error":"not_found"}
        POST   /doc/default/fork/try        -> 200 {"status":"ok"}
        POST   /none/default/fork/try       -> 404 {"status":"error","error":"not_found"}
        GET    /doc/try/info                -> 200 {"key":"doc","revision_count":2}
        PUT    /doc/try new                 -> 200 {"status":"ok"}
        GET    /doc                         -> 200 [<abYZcd>,[]]
        GET    /doc/try?revisions=all&patch=true -> 200 [<new>,[<abYZcd>,<abYZcd>,<abXcd>]]
        POST   /doc/try/fork/again          -> 200 {"status":"ok"}
        GET    /doc/again?revisions=all&patch=true -> 200 [<new>,[<abYZcd>,<abYZcd>,<abXcd>]]
        POST   /doc/try/merge/default       -> 200 {"status":"ok"}
        GET    /doc?revisions=1&patch=true  -> 200 [<new>,[<abYZcd>]]
        GET    /doc/try                     -> 200 [<new>,[]]
        POST   /doc/nope/merge/default      -> 404 {"status":"error","error":"source_not_found"}
        POST   /doc/try/merge/nope          -> 404 {"status":"error","error":"target_not_found"}
        PUT    /plain/made put              -> 200 {"status":"ok"}
        PUT    /plain first                 -> 200 {"status":"ok"}
        POST   /plain/default/merge/made    -> 200 {"status":"ok"}
        GET    /plain/made?revisions=all&patch=true -> 200 [<first>,[<put>]]
        GET    /keys?prefix=do              -> 200 ["default:doc"]
        GET    /keys?prefix=do&fork=try     -> 200 ["try:doc"]
        GET    /keys                        -> 200 ["again:doc","default:doc","default:plain","made:plain","try:doc"]
        GET    /keys?limit=2&after=default:doc -> 200 ["default:plain","made:plain"]
        DELETE /doc                         -> 200 {"status":"ok"}
        GET    /doc                         -> 200 []
        PUT    /doc back                    -> 200 {"status":"ok"}
        GET    /doc?revisions=2&patch=true  -> 200 [<back>,[null,<new>]]
        GET    /doc?revisions=2             -> 200 [<back>,[[["del",<back>]],[["ins",<new>]]]]
        """);
  }

  @Test
  void whatIsWrongIsRefusedAndSaid() throws Exception {
    hold(
        """
        GET    /doc?revisions=2abc  -> 400 {"status":"error","error":"parameter revisions must be a number from 0, not '2abc'"}
        POST   /doc/default/turn/x  -> 404 {"status":"error","error":"not_found"}
        POST   /doc                 -> 404 {"status":"error","error":"not_found"}
        PUT    /a/b/c/d x           -> 404 {"status":"error","error":"not_found"}
        GET    /                    -> 404 {"status":"error","error":"not_found"}
        """);
    assertThat(send(request("PATCH", "/doc", "")).statusCode()).isEqualTo(405);
    assertThat(send(request("PUT", "/doc", "x".repeat((1 << 20) + 1))).body())
        .isEqualTo("{\"status\":\"error\",\"error\":\"too_large\"}");
    var fromAPage =
        HttpRequest.newBuilder(uri("/doc")).header("Origin", "https://example.com").build();
    assertThat(send(fromAPage).statusCode()).isEqualTo(403);
  }

  @Test
  void aWriteCanExpectWhatItReplaces() throws Exception {
    var absent = expecting(request("PUT", "/doc", "1"), "If-None-Match", "*");
    assertThat(send(absent).statusCode()).isEqualTo(200);
    assertThat(send(absent).statusCode()).isEqualTo(412);
    var etag = send(request("GET", "/doc", "")).headers().firstValue("ETag").orElseThrow();

    var first = expecting(request("PUT", "/doc", "2"), "If-Match", etag);
    assertThat(send(first).statusCode()).isEqualTo(200);
    assertThat(send(first).body()).isEqualTo("{\"status\":\"error\",\"error\":\"conflict\"}");
    assertThat(send(expecting(request("GET", "/doc", ""), "If-None-Match", etag)).body())
        .isEqualTo("[\"%s\",[]]".formatted(base64("2")));
    var now = send(request("GET", "/doc", "")).headers().firstValue("ETag").orElseThrow();
    assertThat(send(expecting(request("GET", "/doc", ""), "If-None-Match", now)).statusCode())
        .isEqualTo(304);
    assertThat(send(request("GET", "/doc?at=" + etag.replace("\"", ""), "")).body())
        .isEqualTo("[\"%s\",[]]".formatted(base64("1")));
  }

  @Test
  void anETagOfTheStoreThatABackupReplacedMatchesNothing() throws Exception {
    agent.close();
    try (var platform = RocksStore.open(home.path.resolve("store"), InstantSource.system())) {
      platform.backup(home.path.resolve("backup"));
    }
    start();
    send(request("PUT", "/doc", "lost"));
    var lost = send(request("GET", "/doc", "")).headers().firstValue("ETag").orElseThrow();
    agent.close();
    RocksStore.restore(
        home.path.resolve("backup"), home.path.resolve("store"), InstantSource.system());
    start();
    send(request("PUT", "/doc", "another"));

    var now = send(request("GET", "/doc", "")).headers().firstValue("ETag").orElseThrow();
    assertThat(lost).isEqualTo("\"1\"");
    assertThat(now).startsWith("\"1-");
    assertThat(send(expecting(request("PUT", "/doc", "x"), "If-Match", lost)).statusCode())
        .isEqualTo(412);
    assertThat(send(expecting(request("DELETE", "/doc", ""), "If-Match", lost)).statusCode())
        .isEqualTo(412);
    assertThat(send(expecting(request("GET", "/doc", ""), "If-None-Match", lost)).statusCode())
        .isEqualTo(200);
    assertThat(send(expecting(request("PUT", "/doc", "next"), "If-Match", now)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void nothingIsLostToConcurrentWritersOrARestart() throws Exception {
    var writers = 8;
    var each = 20;
    var threads =
        IntStream.range(0, writers)
            .mapToObj(w -> Thread.ofVirtual().start(() -> putAll("w" + w, each)))
            .toList();
    for (var thread : threads) {
      thread.join();
    }
    agent.close();
    start();

    var all = send(request("GET", "/doc?revisions=all&patch=true", "")).body();
    IntStream.range(0, writers)
        .forEach(writer -> assertThat(all).contains("\"" + base64("w" + writer + (each - 1))));
    assertThat(send(request("GET", "/doc/info", "")).body())
        .isEqualTo("{\"key\":\"doc\",\"revision_count\":%d}".formatted(writers * each - 1));
  }

  @Test
  void revisionsThatAreTooLargeTogetherAreRefusedAndStillCounted() throws Exception {
    var large = "x".repeat(1 << 20);
    for (var i = 0; i < 20; i++) {
      assertThat(send(request("PUT", "/doc", i < 6 ? large : "" + i)).statusCode()).isEqualTo(200);
    }
    assertThat(send(request("GET", "/doc?revisions=all", "")).body())
        .contains("these revisions have more than 4194304 bytes: ask for fewer");
    hold(
        """
        GET    /doc?revisions=1&patch=true -> 200 [<19>,[<18>]]
        GET    /doc/info                   -> 200 {"key":"doc","revision_count":19}
        """);
  }

  @Test
  void withoutTheSettingNobodyListens() throws IOException {
    agent.close();
    Files.delete(home.path.resolve("settings.json"));
    agent = Agent.start(new Agent.Places(home.path, home.path), InstantSource.system());

    try (var own = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(own.isBound()).isTrue();
    }
  }

  private void putAll(String name, int count) {
    try {
      for (var i = 0; i < count; i++) {
        assertThat(send(request("PUT", "/doc", name + i)).statusCode()).isEqualTo(200);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Sends each line's request and compares the answer; `<text>` stands for the text in base64.
  private void hold(String conversation) throws Exception {
    for (var line : conversation.lines().toList()) {
      var halves = line.split("\\s*->\\s*", 2);
      var words = halves[0].split("\\s+", -1);
      var answer = send(request(words[0], words[1], words.length > 2 ? words[2] : ""));
      assertThat(answer.statusCode() + " " + answer.body()).as(line).isEqualTo(encoded(halves[1]));
    }
  }

  private static String encoded(String expected) {
    return Pattern.compile("<([^>]*)>")
        .matcher(expected)
        .replaceAll(text -> "\"" + base64(text.group(1)) + "\"");
  }

  private HttpRequest request(String method, String path, String body) {
    return HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.ofString(body)).build();
  }

  private static HttpRequest expecting(HttpRequest request, String header, String value) {
    return HttpRequest.newBuilder(request, (_, _) -> true).header(header, value).build();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
