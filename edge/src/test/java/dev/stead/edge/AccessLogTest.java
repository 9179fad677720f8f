package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A line for each request.
@ExtendWith(NoLeaks.class)
final class AccessLogTest {
  private static final int FILE_BYTES_MAX = 16 << 20;

  private static Service logged(double share, App... apps) {
    return Tables.ruled(
        Tables.released(Tables.service(apps), 7), RulesDraft.none().accessLog(share).rules());
  }

  private static Path file(EdgeUnderTest edge) {
    return edge.home().resolve("edge/access/shop.log");
  }

  private static List<String> lines(EdgeUnderTest edge) {
    try {
      return Files.exists(file(edge)) ? Files.readAllLines(file(edge)) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The lines, once there are so many.
  private static List<String> lines(EdgeUnderTest edge, int count) {
    Eventually.eventually(count + " lines", () -> lines(edge).size() == count);
    return lines(edge);
  }

  @Test
  void aLineSaysWhoAskedForWhatAndWhatBecameOfIt() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(logged(1, app));
        var client = edge.connect()) {
      client.send(
          "GET /a%20b?token=secret HTTP/1.1\r\nHost: App.test:80\r\nUser-Agent: \"me\"/1\r\n"
              + "Authorization: Bearer secret\r\nCookie: session=secret\r\n"
              + "Referer: http://x.test/y?token=secret\r\n\r\n");
      RawClient.Message answer = client.message();
      edge.serve(logged(1));
      assertThat(client.get("/gone").message().status()).isEqualTo(503);
      assertThat(lines(edge, 2).getFirst())
          .startsWith(
              "{\"time\":\"2026-01-01T00:00:00Z\",\"client\":\"127.0.0.1\",\"method\":\"GET\","
                  + "\"host\":\"app.test\",\"path\":\"/a%20b\",\"protocol\":\"HTTP/1.1\","
                  + "\"status\":200,\"outcome\":\"2xx\",\"error\":null,\"received-bytes\":0,\"sent-bytes\":"
                  + answer.body().length()
                  + ",\"duration-micros\":0,\"release\":7,\"target\":\"a\",\"request-id\":\""
                  + answer.header("x-request-id"))
          .endsWith(",\"user-agent\":\"\\\"me\\\"/1\",\"referer\":\"http://x.test/y\"}")
          .doesNotContain("secret");
      assertThat(lines(edge).getLast())
          .contains("\"path\":\"/gone\"", "\"error\":\"S-503-NO-TARGET\"")
          .contains("\"target\":null");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(edge))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void filesAndRequestsThatAreNeverAnsweredAreLoggedToo(@TempDir Path files) throws IOException {
    Files.writeString(files.resolve("f.txt"), "0123456789");
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  self.receive(wire);
                });
        var edge = new EdgeUnderTest(Tables.withFiles(logged(1, app), files.toString()))) {
      try (var client = edge.connect()) {
        client.get("/f.txt").message();
        client.get("/never");
        Eventually.eventually("the app is asked", () -> !app.requests().isEmpty());
        client.reset();
      }
      lines(edge, 2);
      assertThat(lines(edge).getFirst()).contains("\"status\":200,", "\"sent-bytes\":10,");
      assertThat(lines(edge).getLast())
          .contains("\"status\":0,\"outcome\":\"aborted\",", "\"sent-bytes\":0,");
    }
  }

  @Test
  void whatIsCutShortIsNoSuccessWhateverItsHeadSaid() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour");
                });
        var edge = new EdgeUnderTest(logged(1, app));
        var client = edge.connect()) {
      client.post("/", "hello").toEnd();
      assertThat(lines(edge, 1).getFirst())
          .contains("\"status\":200,\"outcome\":\"5xx\",")
          .contains("\"received-bytes\":5,\"sent-bytes\":4,");
    }
  }

  @Test
  void aTunnelOnAStreamOfHttp2HasItsLineAsItEnds() throws IOException {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  wire.send(
                      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                          + "Upgrade: websocket\r\n\r\nwelcome");
                  wire.toEnd();
                });
        var edge = new EdgeUnderTest(logged(1, app));
        var client = RawStreams.connect(edge)) {
      client.head(1, false, RawStreams.webSocket("/chat")).data(1, true, "hello");
      client.answer(1);
      assertThat(lines(edge, 1).getFirst())
          .contains("\"path\":\"/chat\",\"protocol\":\"HTTP/2\",")
          .contains("\"received-bytes\":5,\"sent-bytes\":7,");
    }
  }

  @Test
  void aTableThatDoesNotSpeakOfItHasNone() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest();
        var client = edge.connect()) {
      String table =
          new String(Wire.write(Tables.table(1, logged(0, app))), StandardCharsets.UTF_8);
      String former = table.replaceFirst(",\"access-log\":[0-9.]+", "");
      assertThat(former).isNotEqualTo(table);
      assertThat(edge.ask("PUT", "/v1/table", former.getBytes(StandardCharsets.UTF_8)).status())
          .isEqualTo(200);
      assertThat(client.get("/").message().status()).isEqualTo(200);
      assertThat(file(edge)).doesNotExist();
    }
  }

  @Test
  void aShareIsLoggedOrNothing() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(logged(0, app));
        var client = edge.connect()) {
      client.get("/").message();
      edge.serve(logged(0.5, app));
      for (int i = 0; i < 200; i++) {
        client.get("/").message();
      }
      edge.serve(logged(1, app));
      client.get("/last").message();
      Eventually.eventually("the last", () -> lines(edge).toString().contains("/last"));
      assertThat(lines(edge)).hasSizeBetween(60, 140);
    }
  }

  @Test
  void whatTheDiskRefusesIsCountedAndSaid() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(logged(1, app));
        var client = edge.connect()) {
      Path inTheWay = Files.writeString(edge.home().resolve("edge/access"), "");
      client.get("/").message();
      client.get("/").message();
      Eventually.eventually(
          "it is said", () -> edge.log().contains("cannot write the access log of shop"));
      Files.delete(inTheWay);
      client.get("/").message();
      Eventually.eventually("lines", () -> !lines(edge).isEmpty());
      client.get("/end").message();
      Eventually.eventually("the end", () -> lines(edge).getLast().contains("/end"));
      assertThat(lines(edge)).filteredOn(line -> line.startsWith("{\"lost\":")).isNotEmpty();
    }
  }

  @Test
  void aFullFileMakesWay() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(logged(1, app));
        var client = edge.connect()) {
      client.get("/1").message();
      lines(edge, 1);
      try (var grown = new RandomAccessFile(file(edge).toFile(), "rw")) {
        grown.setLength(FILE_BYTES_MAX);
      }
      client.get("/2").message();
      Path before = file(edge).resolveSibling("shop.log.1");
      Eventually.eventually("the next file", () -> Files.exists(before) && lines(edge).size() == 1);
      assertThat(Files.size(before)).isEqualTo(FILE_BYTES_MAX);
      assertThat(lines(edge).getFirst()).contains("\"path\":\"/2\"");
    }
  }
}
