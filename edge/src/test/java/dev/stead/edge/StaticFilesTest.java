package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service.FormerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Files that the edge serves itself.
@ExtendWith(NoLeaks.class)
final class StaticFilesTest {
  private static final String TEXT = "0123456789";

  @TempDir private Path temporary;
  private EdgeUnderTest edge;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    Path root = Files.createDirectories(temporary.resolve("public"));
    Files.writeString(root.resolve("index.html"), "<h1>home</h1>");
    Files.writeString(root.resolve("a b.txt"), TEXT);
    Files.writeString(root.resolve("empty.css"), "");
    Files.writeString(root.resolve(".env"), "secret");
    Files.writeString(temporary.resolve("outside.txt"), "secret");
    Files.createDirectories(root.resolve("docs"));
    Files.writeString(root.resolve("docs").resolve("index.html"), "docs");
    Files.createDirectories(root.resolve("bare"));
    Files.createDirectories(root.resolve(".well-known"));
    Files.writeString(root.resolve(".well-known").resolve("token"), "known");
    Files.createSymbolicLink(root.resolve("link.txt"), temporary.resolve("outside.txt"));
    Files.createSymbolicLink(root.resolve("up"), temporary);
    Files.createSymbolicLink(root.resolve("inside.txt"), root.resolve("a b.txt"));
    edge =
        new EdgeUnderTest(Tables.released(Tables.withFiles(Tables.service(), root.toString()), 3));
    client = edge.connect();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    edge.close();
  }

  private RawClient.Message ask(String path, String... headers) throws IOException {
    var more = new StringBuilder();
    for (String header : headers) {
      more.append(header).append("\r\n");
    }
    client.send("GET " + path + " HTTP/1.1\r\nHost: app.test\r\n" + more + "\r\n");
    RawClient.Message head = client.head();
    if (head.status() == 304) {
      return head;
    }
    String body = client.exactly(Long.parseLong(head.header("content-length")));
    return new RawClient.Message(head.start(), head.head(), head.headers(), body);
  }

  @Test
  void filesAreServedWithTheirTypeAndRelease() throws IOException {
    RawClient.Message file = ask("/a%20b.txt?v=1");
    assertThat(file.status()).isEqualTo(200);
    assertThat(file.body()).isEqualTo(TEXT);
    assertThat(file.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(file.header("stead-release")).isEqualTo("3");
    assertThat(file.header("x-request-id")).hasSize(20);
    assertThat(ask("/").body()).isEqualTo("<h1>home</h1>");
    assertThat(ask("/docs/").body()).isEqualTo("docs");
    assertThat(ask("/inside.txt").body()).isEqualTo(TEXT);
    assertThat(ask("/.well-known/token").body()).isEqualTo("known");
    RawClient.Message empty = ask("/empty.css");
    assertThat(empty.status()).isEqualTo(200);
    assertThat(empty.header("content-type")).isEqualTo("text/css; charset=utf-8");
    RawClient.Message directory = ask("/docs?x=1");
    assertThat(directory.status()).isEqualTo(308);
    assertThat(directory.header("location")).isEqualTo("/docs/?x=1");
  }

  @Test
  void headAnswersWithoutTheBody() throws IOException {
    client.send("HEAD /a%20b.txt HTTP/1.1\r\nHost: app.test\r\n\r\n");
    RawClient.Message head = client.head();
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-length")).isEqualTo("10");
    assertThat(ask("/docs/").body()).isEqualTo("docs");
  }

  @Test
  void whatTheClientHasIsNotSentAgain() throws IOException {
    String tag = ask("/a%20b.txt").header("etag");
    assertThat(ask("/a%20b.txt", "If-None-Match: " + tag).status()).isEqualTo(304);
    assertThat(ask("/a%20b.txt", "If-None-Match: \"x\", W/" + tag).status()).isEqualTo(304);
    assertThat(ask("/a%20b.txt", "If-None-Match: \"x\"").status()).isEqualTo(200);
    edge.serve(
        Tables.released(
            Tables.withFiles(Tables.service(), temporary.resolve("public").toString()), 4));
    assertThat(ask("/a%20b.txt").header("etag"))
        .as("another release may have another file of the same age and size")
        .isNotEqualTo(tag);
  }

  @Test
  void aRangeIsServedAlone() throws IOException {
    RawClient.Message part = ask("/a%20b.txt", "Range: bytes=2-4");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("234");
    assertThat(part.header("content-range")).isEqualTo("bytes 2-4/10");
    assertThat(ask("/a%20b.txt", "Range: bytes=7-").body()).isEqualTo("789");
    assertThat(ask("/a%20b.txt", "Range: bytes=-2").body()).isEqualTo("89");
    assertThat(ask("/a%20b.txt", "Range: bytes=5-99").body()).isEqualTo("56789");
    RawClient.Message beyond = ask("/a%20b.txt", "Range: bytes=10-");
    assertThat(beyond.status()).isEqualTo(416);
    assertThat(beyond.header("content-range")).isEqualTo("bytes */10");
    assertThat(ask("/a%20b.txt", "Range: bytes=1-2,4-5").status()).isEqualTo(200);
    assertThat(ask("/a%20b.txt", "Range: bytes=4-2").status()).isEqualTo(200);
    assertThat(ask("/a%20b.txt", "Range: bytes=2-4", "If-Range: \"old\"").status()).isEqualTo(200);
  }

  @Test
  void nothingOutsideAndNothingHiddenIsThere() throws IOException {
    for (String path :
        List.of(
            "/.env",
            "/../outside.txt",
            "/docs/../../outside.txt",
            "/%2e%2e/outside.txt",
            "/..%2foutside.txt",
            "/docs/%2e./%2e./outside.txt",
            "/..%5coutside.txt",
            "/..\\outside.txt",
            "/link.txt",
            "/up/outside.txt",
            "/a%20b.txt%00",
            "/a%20b.txt/",
            "/%zz",
            "/%",
            "/bare",
            "/bare/",
            "/.well-known/../.env",
            "/missing")) {
      RawClient.Message answer = ask(path);
      assertThat(answer.status()).as(path).isEqualTo(404);
      assertThat(answer.body()).contains("S-404-FILE").doesNotContain("secret");
    }
  }

  @Test
  void aFileThatLiesThereCompressedIsSentSo() throws IOException {
    Path root = temporary.resolve("public");
    Files.writeString(root.resolve("app.js"), "plain");
    Files.writeString(root.resolve("app.js.br"), "brotli");
    Files.writeString(root.resolve("app.js.gz"), "gzipped");
    Files.createSymbolicLink(root.resolve("app.js.zst"), temporary.resolve("outside.txt"));
    Files.writeString(root.resolve("photo.png"), "png");
    Files.writeString(root.resolve("photo.png.gz"), "gzipped");
    RawClient.Message file = ask("/app.js", "Accept-Encoding: gzip, br, zstd");
    assertThat(file.body()).as("a link is not followed").isEqualTo("brotli");
    assertThat(file.header("content-encoding")).isEqualTo("br");
    assertThat(file.header("content-type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(file.header("vary")).isEqualTo("accept-encoding");
    RawClient.Message plain = ask("/app.js");
    assertThat(plain.body()).isEqualTo("plain");
    assertThat(plain.headers()).doesNotContainKey("content-encoding");
    assertThat(plain.header("vary")).isEqualTo("accept-encoding");
    assertThat(plain.header("etag")).isNotEqualTo(file.header("etag"));
    assertThat(ask("/app.js", "Accept-Encoding: gzip;q=0.5, br;q=0.1").body()).isEqualTo("gzipped");
    assertThat(ask("/photo.png", "Accept-Encoding: gzip").body()).isEqualTo("png");
    String tag = file.header("etag");
    assertThat(ask("/app.js", "Accept-Encoding: br", "If-None-Match: " + tag).status())
        .isEqualTo(304);
  }

  @Test
  void pagesThatAreStillOpenFindTheirFilesForADay() throws IOException {
    Path former = Files.createDirectories(temporary.resolve("former"));
    for (String name :
        List.of("main.3f2a91bc.js", "index-BxKfQaZt.css", "about.html", "hero-background.png")) {
      Files.writeString(former.resolve(name), "former");
    }
    Path root = temporary.resolve("public");
    Instant until = edge.time().instant().plusSeconds(60);
    try (var app = App.echoing("a")) {
      edge.serve(
          Tables.ruled(
              Tables.withFiles(Tables.service(app), root.toString()),
              RulesDraft.none()
                  .formerFiles(
                      new FormerFiles(temporary.resolve("gone").toString(), until),
                      new FormerFiles(former.toString(), until))
                  .rules()));
      assertThat(ask("/main.3f2a91bc.js").body()).isEqualTo("former");
      assertThat(ask("/index-BxKfQaZt.css").body()).isEqualTo("former");
      assertThat(ask("/about.html").body()).as("no page").startsWith("a GET /about.html");
      assertThat(ask("/hero-background.png").body()).startsWith("a GET /hero-background.png");
      Files.writeString(root.resolve("main.3f2a91bc.js"), "present");
      assertThat(ask("/main.3f2a91bc.js").body()).isEqualTo("present");
      edge.time().stepWallClock(Duration.ofMinutes(2));
      assertThat(ask("/index-BxKfQaZt.css").body()).startsWith("a GET /index-BxKfQaZt.css");
    }
  }

  @Test
  void onlyGetAndHeadAreForFiles() throws IOException {
    client.post("/", "x");
    RawClient.Message answer = client.message();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo("GET, HEAD");
    assertThat(answer.body()).contains("S-405-METHOD");
  }

  @Test
  void theAppIsAskedForWhatIsNoFile() throws IOException {
    try (var app = App.echoing("a")) {
      edge.serve(Tables.withFiles(Tables.service(app), temporary.resolve("public").toString()));
      assertThat(ask("/a%20b.txt").body()).isEqualTo(TEXT);
      assertThat(ask("/missing").body()).isEqualTo("a GET /missing HTTP/1.1 ");
      assertThat(ask("/.env").body()).isEqualTo("a GET /.env HTTP/1.1 ");
      client.post("/a%20b.txt", "x");
      assertThat(client.message().body()).isEqualTo("a POST /a%20b.txt HTTP/1.1 x");
    }
  }

  @Test
  void aLargeFileArrivesWholeThroughPipelinedRequests() throws IOException {
    var large = "0123456789abcdef".repeat(300_000);
    Files.writeString(temporary.resolve("public").resolve("large.bin"), large);
    client.get("/large.bin").get("/docs/");
    assertThat(client.message().body()).isEqualTo(large);
    assertThat(client.message().body()).isEqualTo("docs");
  }
}
