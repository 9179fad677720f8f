package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Programs that people use, through TLS that they trust: curl, nghttp, h2load.
@ExtendWith(NoLeaks.class)
final class ProgramsTest {
  private static final int LARGE = 3_000_000;

  private final Authority authority = new Authority();
  @TempDir private Path home;

  /// Takes what is sent, and tells how much that was in a trailer.
  private static void count(App app, RawClient wire) throws IOException {
    while (true) {
      RawClient.Message request = wire.head();
      if (request.header("expect").equals("100-continue")) {
        wire.send("HTTP/1.1 100 Continue\r\n\r\n");
      }
      String body = wire.body(request);
      wire.send(
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntaken\r\n0\r\nBytes: %d\r\n\r\n"
              .formatted(body.length()));
    }
  }

  private EdgeUnderTest edge(App app) throws IOException {
    var edge = new EdgeUnderTest(Tables.service(app));
    edge.certify(authority.certificate("app.test"));
    return edge;
  }

  private String curl(EdgeUnderTest edge, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "-i", "--max-time", "20"));
    command.addAll(List.of("--cacert", authority.rootFile(home).toString()));
    command.addAll(List.of("--resolve", "app.test:" + edge.httpsPort() + ":127.0.0.1"));
    command.addAll(List.of(more));
    command.add("https://app.test:" + edge.httpsPort() + "/x");
    return Program.run(home, command.toArray(String[]::new));
  }

  @Test
  void curlUploadsWaitsToContinueAndReadsTrailersOverHttp11() throws Exception {
    curlUploads("--http1.1", "HTTP/1.1 200 OK");
  }

  @Test
  void curlUploadsWaitsToContinueAndReadsTrailersOverHttp2() throws Exception {
    curlUploads("--http2", "HTTP/2 200");
  }

  private void curlUploads(String version, String status) throws Exception {
    Path body = Files.writeString(home.resolve("body"), "x".repeat(LARGE));
    try (var app = new App("a", ProgramsTest::count);
        var edge = edge(app)) {
      assertThat(curl(edge, version, "-T", body.toString()))
          .contains(status)
          .containsIgnoringCase("bytes: " + LARGE);
      assertThat(curl(edge, version, "-H", "Expect: 100-continue", "-d", "@" + body))
          .contains(" 100", "taken")
          .containsIgnoringCase("bytes: " + LARGE);
      assertThat(curl(edge, version, "-d", "")).containsIgnoringCase("bytes: 0");
    }
  }

  @Test
  void nghttpSendsTrailers() throws Exception {
    Path body = Files.writeString(home.resolve("body"), "a body");
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  wire.head();
                  String sent = wire.chunk();
                  wire.line();
                  wire.send(App.ok(sent + ", " + wire.line()));
                });
        var edge = edge(app)) {
      String url = "https://127.0.0.1:" + edge.httpsPort() + "/x";
      String[] asApp = {"-H", ":authority: app.test"};
      String said =
          Program.run(
              home,
              "nghttp",
              "--no-content-length",
              "-y",
              asApp[0],
              asApp[1],
              "-d",
              body.toString(),
              "--trailer",
              "check: 9",
              url);
      assertThat(said).contains("a body, check: 9");
    }
  }

  @Test
  void h2loadIsServedByAppsOfBothProtocols() throws Exception {
    Path body = Files.writeString(home.resolve("body"), "x".repeat(5_000));
    try (var app = App.echoing("a");
        var other = new App("b", Calls::echo);
        var edge = edge(app)) {
      assertThat(load(edge, body)).contains("500 succeeded, 0 failed, 0 errored");
      edge.serve(Calls.h2c(other));
      assertThat(load(edge, body)).contains("500 succeeded, 0 failed, 0 errored");
    }
  }

  private String load(EdgeUnderTest edge, Path body) throws Exception {
    return Program.run(
        home,
        "h2load",
        "-n",
        "500",
        "-c",
        "8",
        "-m",
        "20",
        "-d",
        body.toString(),
        "-H",
        ":authority: app.test",
        "https://127.0.0.1:" + edge.httpsPort() + "/x");
  }
}
