package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.edge.control.ChallengeSet;
import dev.stead.edge.control.HttpChallenge;
import dev.stead.edge.control.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// HTTPS, with the JDK's TLS and with programs as clients.
@ExtendWith(NoLeaks.class)
final class TlsTest {

  private final Authority authority = new Authority();

  private static X509Certificate shown(SSLSocket socket) throws IOException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  private String curl(EdgeUnderTest edge, Path directory, String path, String... more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "10", "-i"));
    command.addAll(List.of("--cacert", authority.rootFile(directory).toString()));
    command.addAll(List.of("--resolve", "app.test:" + edge.httpsPort() + ":127.0.0.1"));
    command.addAll(List.of(more));
    command.add("https://app.test:" + edge.httpsPort() + path);
    return Program.run(directory, command.toArray(String[]::new));
  }

  @Test
  void curlIsServedByBothVersionsAndTheAppIsToldThatItWasTls(@TempDir Path directory)
      throws Exception {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.secured(Tables.service(app), Duration.ofDays(1)))) {
      edge.certify(authority.certificate("app.test"));
      for (String version : List.of("1.2", "1.3")) {
        assertThat(
                curl(
                    edge,
                    directory,
                    "/x?y=1",
                    "--http1.1",
                    "--tlsv" + version,
                    "--tls-max",
                    version))
            .contains("HTTP/1.1 200 OK", "strict-transport-security: max-age=86400")
            .contains("a GET /x?y=1 HTTP/1.1");
      }
      assertThat(app.requests())
          .hasSize(2)
          .allSatisfy(
              request -> {
                assertThat(request.header("x-forwarded-proto")).isEqualTo("https");
                assertThat(request.header("forwarded")).contains("proto=https");
              });
    }
  }

  @Test
  void theCertificateIsChosenByExactNameThenWildcardElseTheEdgeSignsItself() throws Exception {
    try (var edge = new EdgeUnderTest()) {
      edge.certify(
          authority.certificate("app.test"),
          authority.rsaCertificate("*.b.test"),
          authority.certificate("one.b.test"));
      for (String[] pair :
          List.of(
              new String[] {"app.test", "CN=app.test"},
              new String[] {"APP.test", "CN=app.test"},
              new String[] {"one.b.test", "CN=one.b.test"},
              new String[] {"two.b.test", "CN=any.b.test"})) {
        try (var socket = TlsClient.shake(authority.trusting(), edge.httpsPort(), pair[0])) {
          assertThat(shown(socket).getSubjectX500Principal().getName()).isEqualTo(pair[1]);
        }
      }
      assertThatThrownBy(
              () -> TlsClient.shake(authority.trusting(), edge.httpsPort(), "x.two.b.test"))
          .isInstanceOf(SSLException.class);
      try (var socket =
          TlsClient.shake(TlsClient.trustingAnybody(), edge.httpsPort(), "unknown.test")) {
        assertThat(shown(socket).getSubjectX500Principal().getName())
            .isEqualTo("CN=self-signed.stead.invalid");
      }
    }
  }

  @Test
  void aNewSetIsServedFromTheNextHandshakeOnAndConnectionsGoOn() throws Exception {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app))) {
      edge.certify(authority.certificate("app.test"));
      try (var socket = TlsClient.shake(authority.trusting(), edge.httpsPort(), "app.test");
          var client = new RawClient(socket)) {
        X509Certificate before = shown(socket);
        assertThat(client.get("/1").message().status()).isEqualTo(200);
        edge.certify(authority.certificate("app.test"));
        assertThat(client.get("/2").message().status()).isEqualTo(200);
        try (var later = TlsClient.shake(authority.trusting(), edge.httpsPort(), "app.test")) {
          assertThat(shown(later)).isNotEqualTo(before);
        }
      }
    }
  }

  @Test
  void aSessionIsResumedByItsTicket(@TempDir Path directory) throws Exception {
    try (var edge = new EdgeUnderTest()) {
      edge.certify(authority.certificate("app.test"));
      for (String version : List.of("-tls1_2", "-tls1_3")) {
        String session = directory.resolve("session" + version).toString();
        String at = "127.0.0.1:" + edge.httpsPort();
        String client = "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 10 openssl s_client -quiet ";
        Program.run(
            directory, "sh", "-c", client + version + " -connect " + at + " -sess_out " + session);
        String again =
            Program.run(
                directory,
                "sh",
                "-c",
                "timeout 10 openssl s_client "
                    + version
                    + " -connect "
                    + at
                    + " -sess_in "
                    + session);
        assertThat(again).contains("Reused, TLSv1");
      }
    }
  }

  @Test
  void plainRequestsAreRedirectedOnceThereIsACertificate() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.secured(Tables.service(app), Duration.ZERO));
        var client = edge.connect()) {
      assertThat(client.get("/a").message().status()).isEqualTo(200);
      edge.certify(authority.certificate("app.test"));
      RawClient.Message moved = client.get("/a//b?c=%20d").message();
      assertThat(moved.status()).isEqualTo(308);
      assertThat(moved.header("location"))
          .isEqualTo("https://app.test:" + edge.httpsPort() + "/a//b?c=%20d");
      assertThat(moved.headers()).doesNotContainKey("strict-transport-security");
    }
  }

  @Test
  void aCaIsAnsweredBeforeAnyRouteOrRedirect() throws IOException {
    String path = "/.well-known/acme-challenge/token";
    try (var app = App.echoing("a")) {
      Service shop = Tables.secured(Tables.service(app), Duration.ZERO);
      try (var edge = new EdgeUnderTest(Tables.named(shop, "all", "*", "/"));
          var client = edge.connect()) {
        edge.certify(authority.certificate("app.test"));
        assertThat(client.get(path).message().status()).isEqualTo(308);
        var asked = new HttpChallenge("app.test", "token", "token.thumbprint");
        assertThat(edge.push(new ChallengeSet(List.of(asked), List.of())).status()).isEqualTo(200);
        assertThat(client.get(path).message().body()).isEqualTo("token.thumbprint");
        assertThat(client.get(path + "2").message().status()).isEqualTo(308);
        edge.push(new ChallengeSet(List.of(), List.of()));
        assertThat(client.get(path).message().status()).isEqualTo(308);
      }
    }
  }

  @Test
  void aCaIsShownTheChallengesCertificateAndNobodyElseIs() throws Exception {
    try (var edge = new EdgeUnderTest()) {
      edge.push(new ChallengeSet(List.of(), List.of(authority.alpnChallenge("app.test"))));
      try (var socket =
          TlsClient.shake(
              TlsClient.trustingAnybody(), edge.httpsPort(), "app.test", "acme-tls/1")) {
        assertThat(socket.getApplicationProtocol()).isEqualTo("acme-tls/1");
        assertThat(shown(socket).getExtensionValue("1.3.6.1.5.5.7.1.31")).isNotNull();
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
      try (var socket =
          TlsClient.shake(TlsClient.trustingAnybody(), edge.httpsPort(), "app.test", "http/1.1")) {
        assertThat(shown(socket).getExtensionValue("1.3.6.1.5.5.7.1.31")).isNull();
      }
      assertThatThrownBy(
              () ->
                  TlsClient.shake(
                      TlsClient.trustingAnybody(), edge.httpsPort(), "other.test", "acme-tls/1"))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aFileComesWholeHoweverLarge(@TempDir Path directory) throws Exception {
    String content = "0123456789abcdef".repeat(200_000);
    Files.writeString(directory.resolve("large.txt"), content);
    try (var app = App.echoing("a")) {
      Service files = Tables.withFiles(Tables.service(app), directory.toString());
      try (var edge = new EdgeUnderTest(files);
          var socket = TlsClient.shake(TlsClient.trustingAnybody(), edge.httpsPort(), "app.test");
          var client = new RawClient(socket)) {
        assertThat(client.get("/large.txt").message().body()).isEqualTo(content);
        assertThat(client.get("/large.txt").message().body()).isEqualTo(content);
      }
    }
  }

  @Test
  void whoeverDoesNotShakeHandsInTimeIsLetGo() throws IOException {
    try (var edge = new EdgeUnderTest();
        var silent = RawClient.connect(edge.httpsPort());
        var slow = RawClient.connect(edge.httpsPort())) {
      slow.send(new byte[] {0x16, 0x03, 0x01});
      Sweeps.pass();
      edge.time().advance(Duration.ofSeconds(11));
      assertThat(silent.ended()).isTrue();
      assertThat(slow.ended()).isTrue();
    }
  }

  @Test
  void whatIsNoTlsIsLetGo() throws IOException {
    try (var edge = new EdgeUnderTest();
        var client = RawClient.connect(edge.httpsPort())) {
      client.get("/");
      assertThat(client.toEnd()).doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void aCutAnswerIsNotEndedWithTheWordThatWouldMakeItWhole(@TempDir Path directory)
      throws Exception {
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                });
        var edge = new EdgeUnderTest(Tables.service(app))) {
      String said =
          Program.run(
              directory,
              "sh",
              "-c",
              "printf 'GET / HTTP/1.1\\r\\nHost: app.test\\r\\n\\r\\n' | timeout 10 openssl s_client -quiet"
                  + " -connect 127.0.0.1:"
                  + edge.httpsPort());
      assertThat(said).contains("half", "unexpected eof");
    }
  }
}
