package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Files that the edge makes smaller as it sends them.
@ExtendWith(NoLeaks.class)
final class CompressedFilesTest {
  private static final String TEXT = "The quick brown fox jumps over the lazy dog. ".repeat(100);

  @TempDir private Path root;
  private EdgeUnderTest edge;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(root.resolve("page.html"), TEXT);
    edge = new EdgeUnderTest(Tables.withFiles(Tables.service(), root.toString()));
    client = edge.connect();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    edge.close();
  }

  private static String request(String method, String path, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return method + " " + path + " HTTP/1.1\r\nHost: app.test\r\n" + more + "\r\n";
  }

  private RawClient.Message ask(String path, String... headers) throws IOException {
    return client.send(request("GET", path, headers)).message();
  }

  private static String decoded(String coding, String body) throws IOException {
    var bytes = new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1));
    InputStream decoding =
        switch (coding) {
          case "gzip" -> new GZIPInputStream(bytes);
          case "zstd" -> new ZstdInputStream(bytes);
          default -> bytes;
        };
    return new String(decoding.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private static String decoded(RawClient.Message answer) throws IOException {
    return decoded(answer.header("content-encoding"), answer.body());
  }

  @Test
  void aFileIsSentInTheBestCodingThatTheClientTakes() throws IOException {
    for (String coding : List.of("gzip", "zstd")) {
      RawClient.Message answer = ask("/page.html", "Accept-Encoding: br, " + coding);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("content-encoding")).isEqualTo(coding);
      assertThat(decoded(answer)).isEqualTo(TEXT);
      assertThat(answer.body()).hasSizeLessThan(400);
      assertThat(answer.header("vary")).isEqualTo("accept-encoding");
      assertThat(answer.header("content-type")).isEqualTo("text/html; charset=utf-8");
      assertThat(answer.header("etag")).startsWith("W/\"");
      assertThat(answer.headers()).doesNotContainKeys("content-length", "accept-ranges");
    }
    RawClient.Message plain = ask("/page.html");
    assertThat(plain.body()).isEqualTo(TEXT);
    assertThat(plain.header("vary")).isEqualTo("accept-encoding");
    assertThat(plain.header("etag")).startsWith("\"");
    assertThat(plain.header("accept-ranges")).isEqualTo("bytes");
  }

  @Test
  void whatWouldGainNothingOrMustNotChangeIsSentAsItLiesThere() throws IOException {
    Files.writeString(root.resolve("small.txt"), "small");
    Files.writeString(root.resolve("photo.png"), TEXT);
    Files.writeString(root.resolve("app.js"), TEXT);
    Files.writeString(root.resolve("app.js.br"), "brotli");
    assertThat(ask("/small.txt", "Accept-Encoding: gzip").body()).isEqualTo("small");
    assertThat(ask("/photo.png", "Accept-Encoding: gzip").body()).isEqualTo(TEXT);
    assertThat(ask("/app.js", "Accept-Encoding: br, gzip").body()).isEqualTo("brotli");
    client.send("GET /page.html HTTP/1.0\r\nHost: app.test\r\nAccept-Encoding: gzip\r\n\r\n");
    assertThat(client.message().body()).isEqualTo(TEXT);
    edge.serve(
        Tables.ruled(
            Tables.withFiles(Tables.service(), root.toString()),
            RulesDraft.none().uncompressed().rules()));
    try (RawClient forbidden = edge.connect()) {
      forbidden.send(request("GET", "/page.html", "Accept-Encoding: gzip"));
      assertThat(forbidden.message().body()).isEqualTo(TEXT);
    }
  }

  @Test
  void headIsAnsweredAsGetIs() throws IOException {
    var get = new TreeMap<>(ask("/page.html", "Accept-Encoding: zstd").headers());
    client.send(request("HEAD", "/page.html", "Accept-Encoding: zstd"));
    var head = new TreeMap<>(client.head().headers());
    get.remove("x-request-id");
    head.remove("x-request-id");
    assertThat(head).isEqualTo(get).containsEntry("content-encoding", "zstd");
    assertThat(ask("/page.html").body()).as("nothing followed the head").isEqualTo(TEXT);
  }

  @Test
  void aRangeIsOneOfTheFileAsItLiesThere() throws IOException {
    String gzip = "Accept-Encoding: gzip";
    RawClient.Message part = ask("/page.html", gzip, "Range: bytes=4-8");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("quick");
    assertThat(part.headers()).doesNotContainKey("content-encoding");
    assertThat(part.header("content-range")).isEqualTo("bytes 4-8/" + TEXT.length());
    assertThat(ask("/page.html", gzip, "Range: bytes=9999-").status()).isEqualTo(416);
    String weak = ask("/page.html", gzip).header("etag");
    RawClient.Message whole = ask("/page.html", gzip, "Range: bytes=4-8", "If-Range: " + weak);
    assertThat(whole.status()).as("a weak tag stands for no bytes").isEqualTo(200);
    assertThat(decoded(whole)).isEqualTo(TEXT);
    RawClient.Message resumed =
        ask("/page.html", gzip, "Range: bytes=4-8", "If-Range: " + part.header("etag"));
    assertThat(resumed.body()).isEqualTo("quick");
  }

  @Test
  void whatTheClientHasIsNotSentAgain() throws IOException {
    String tag = ask("/page.html", "Accept-Encoding: gzip").header("etag");
    client.send(request("GET", "/page.html", "Accept-Encoding: gzip", "If-None-Match: " + tag));
    RawClient.Message unchanged = client.head();
    assertThat(unchanged.status()).isEqualTo(304);
    assertThat(unchanged.header("etag")).isEqualTo(tag);
    assertThat(unchanged.header("vary")).isEqualTo("accept-encoding");
    assertThat(unchanged.headers()).doesNotContainKeys("content-encoding", "transfer-encoding");
  }

  @Test
  void aLargeFileArrivesWholeInBothProtocols() throws IOException {
    String large = large();
    Files.writeString(root.resolve("large.txt"), large);
    for (String coding : List.of("gzip", "zstd")) {
      assertThat(decoded(ask("/large.txt", "Accept-Encoding: " + coding))).isEqualTo(large);
      try (var tls =
          new RawClient(
              TlsClient.shake(TlsClient.trustingAnybody(), edge.httpsPort(), "app.test"))) {
        tls.send(request("GET", "/large.txt", "Accept-Encoding: " + coding));
        assertThat(decoded(tls.message())).isEqualTo(large);
        tls.send(request("GET", "/large.txt"));
        assertThat(tls.message().body()).as("and as it lies there after it").isEqualTo(large);
      }
      try (var streams = RawStreams.connect(edge)) {
        streams.head(1, true, RawStreams.request("GET", "/large.txt", "accept-encoding", coding));
        RawStreams.Answer answer = streams.answer(1);
        assertThat(answer.headers()).contains("content-encoding: " + coding);
        assertThat(answer.headers()).noneMatch(header -> header.startsWith("transfer-encoding"));
        assertThat(decoded(coding, answer.body())).isEqualTo(large);
      }
    }
  }

  private static String large() {
    var large = new StringBuilder();
    for (int i = 0; i < 150_000; i++) {
      large.append(Integer.toHexString(i * 0x9E3779B1)).append('\n');
    }
    return large.toString();
  }

  @Test
  void theNextFileIsSentOnTheSameConnection() throws IOException {
    client.send(
        request("GET", "/page.html", "Accept-Encoding: zstd")
            + request("GET", "/page.html")
            + request("GET", "/page.html", "Accept-Encoding: gzip"));
    assertThat(decoded(client.message())).isEqualTo(TEXT);
    assertThat(client.message().body()).isEqualTo(TEXT);
    assertThat(decoded(client.message())).isEqualTo(TEXT);
  }

  @Test
  void onlySoManyAreUnderWayAtOnceAndTheirPlacesComeBack() throws IOException {
    Files.writeString(root.resolve("large.txt"), large().repeat(10));
    var clients = new ArrayList<RawClient>();
    try {
      int compressed = 0;
      for (int i = 0; i < 70; i++) {
        RawClient other = edge.connect();
        clients.add(other);
        other.send(request("GET", "/large.txt", "Accept-Encoding: zstd"));
        compressed += other.head().header("content-encoding").equals("zstd") ? 1 : 0;
      }
      assertThat(compressed).isBetween(32, 64);
    } finally {
      for (RawClient other : clients) {
        other.reset();
      }
    }
    Eventually.eventually("a place comes back", this::compresses);
  }

  private boolean compresses() {
    try (RawClient other = edge.connect()) {
      other.send(request("HEAD", "/large.txt", "Accept-Encoding: zstd"));
      return other.head().header("content-encoding").equals("zstd");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void noFileStaysOpenWhoseBytesNobodyWants() throws IOException {
    String tag = ask("/page.html").header("etag");
    for (int i = 0; i < 20; i++) {
      client.send(request("HEAD", "/page.html"));
      client.head();
      client.send(request("GET", "/page.html", "If-None-Match: " + tag));
      assertThat(client.head().status()).isEqualTo(304);
    }
    assertThat(ask("/page.html", "Accept-Encoding: zstd").status()).isEqualTo(200);
    Eventually.eventually("all are closed", () -> !isOpen(root.resolve("page.html")));
  }

  private static boolean isOpen(Path file) {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.anyMatch(descriptor -> file.equals(target(descriptor)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// The descriptor itself when it was closed meanwhile.
  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return descriptor;
    }
  }

  /// Over TLS, where no file goes from disk to socket inside the kernel.
  @Test
  void aFileThatBecomesShorterBreaksItsAnswerOffAndKeepsNobodyWaiting() throws IOException {
    var bytes = new byte[16 << 20];
    new Random(16).nextBytes(bytes);
    for (String coding : List.of("identity", "gzip")) {
      Path large = Files.write(root.resolve("large.txt"), bytes);
      try (var socket =
          TlsClient.shake(TlsClient.trustingAnybody(), edge.httpsPort(), "app.test", "http/1.1")) {
        socket
            .getOutputStream()
            .write(
                request("GET", "/large.txt", "Accept-Encoding: " + coding)
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(1_000)).hasSize(1_000);
        try (var file = FileChannel.open(large, StandardOpenOption.WRITE)) {
          file.truncate(1_000);
        }
        byte[] rest = toEnd(socket.getInputStream());
        assertThat(rest.length).as(coding).isLessThan(bytes.length - 1_000);
        assertThat(new String(rest, StandardCharsets.ISO_8859_1))
            .as("no last chunk")
            .doesNotEndWith("0\r\n\r\n");
      }
      assertThat(ask("/page.html").body()).isEqualTo(TEXT);
    }
  }

  /// What comes until the other side ends, or breaks off.
  private static byte[] toEnd(InputStream in) throws IOException {
    var all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (SSLException | SocketException e) {
      return all.toByteArray();
    }
    return all.toByteArray();
  }
}
