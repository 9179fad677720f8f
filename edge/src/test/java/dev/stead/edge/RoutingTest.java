package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.EdgeReport;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Limits;
import dev.stead.edge.control.Service.Mode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Which app a request reaches, which tables are taken, and what is left of them after a restart.
@ExtendWith(NoLeaks.class)
final class RoutingTest {
  private static String reached(EdgeUnderTest edge, String host, String path) throws IOException {
    try (var client = edge.connect()) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
      RawClient.Message answer = client.message();
      return answer.status() == 200 ? answer.body().split(" HTTP", -1)[0] : "" + answer.status();
    }
  }

  @Test
  void theExactHostWinsThenTheWildcardThenTheCatchAllAndTheLongestPath() throws IOException {
    try (var a = App.echoing("a");
        var b = App.echoing("b");
        var c = App.echoing("c");
        var d = App.echoing("d");
        var e = App.echoing("e");
        var edge =
            new EdgeUnderTest(
                Tables.named(Tables.service(a), "exact", "www.shop.test", "/"),
                Tables.named(Tables.service(b), "wildcard", "*.shop.test", "/"),
                Tables.named(Tables.service(c), "all", "*", "/"),
                Tables.named(Tables.stripped(Tables.service(d)), "api", "www.shop.test", "/api"),
                Tables.named(Tables.service(e), "v2", "www.shop.test", "/api/v2/"))) {
      assertThat(reached(edge, "www.shop.test", "/")).isEqualTo("a GET /");
      assertThat(reached(edge, "WWW.Shop.Test:8080", "/")).isEqualTo("a GET /");
      assertThat(reached(edge, "www.shop.test.", "/")).isEqualTo("a GET /");
      assertThat(reached(edge, "img.shop.test", "/")).isEqualTo("b GET /");
      assertThat(reached(edge, "a.img.shop.test", "/")).as("one level").isEqualTo("c GET /");
      assertThat(reached(edge, "shop.test", "/")).isEqualTo("c GET /");
      assertThat(reached(edge, "127.0.0.1", "/")).isEqualTo("c GET /");
      assertThat(reached(edge, "[::1]:80", "/")).isEqualTo("c GET /");
      assertThat(reached(edge, "www.shop.test", "/api/x?y=/api")).isEqualTo("d GET /x?y=/api");
      assertThat(reached(edge, "www.shop.test", "/api?y")).isEqualTo("d GET /?y");
      assertThat(reached(edge, "www.shop.test", "/api")).isEqualTo("d GET /");
      assertThat(reached(edge, "www.shop.test", "/apis")).isEqualTo("a GET /apis");
      assertThat(reached(edge, "www.shop.test", "/api/v2")).isEqualTo("e GET /api/v2");
      assertThat(reached(edge, "www.shop.test", "/api/v2/x")).isEqualTo("e GET /api/v2/x");
    }
  }

  @Test
  void aHostThatSomebodyClaimsIsNotServedByTheCatchAll() throws IOException {
    try (var a = App.echoing("a");
        var c = App.echoing("c");
        var edge =
            new EdgeUnderTest(
                Tables.named(Tables.service(a), "api", "shop.test", "/api"),
                Tables.named(Tables.service(c), "all", "*", "/"))) {
      assertThat(reached(edge, "shop.test", "/")).isEqualTo("404");
      assertThat(reached(edge, "other.test", "/")).isEqualTo("c GET /");
    }
  }

  @Test
  void twoServicesCannotClaimOneHostAndPath() throws IOException {
    try (var a = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(a))) {
      EdgeUnderTest.Reply reply =
          edge.push(
              Tables.table(
                  2,
                  Tables.named(Tables.service(a), "one", "shop.test", "/x"),
                  Tables.named(Tables.service(a), "two", "SHOP.test", "/x/")));
      assertThat(reply.status()).isEqualTo(422);
      assertThat(edge.problems(reply))
          .containsExactly("services 'one' and 'two' both claim host 'SHOP.test' with path '/x/'");
      assertThat(reached(edge, "app.test", "/")).as("the former serves on").isEqualTo("a GET /");
    }
  }

  @Test
  void everyProblemOfATableIsNamed() throws IOException {
    var limits =
        new Limits(
            -1,
            Duration.ZERO,
            Duration.ofSeconds(30),
            Duration.ofSeconds(-1),
            Duration.ofDays(99),
            1,
            Duration.ZERO);
    var bad =
        new Service(
            "bad",
            List.of("no host", "*.*.test"),
            "x",
            false,
            0,
            List.of(
                new Service.Target("t", "localhost", 0), new Service.Target("t", "127.0.0.1", 80)),
            Optional.of("relative"),
            Mode.OPEN,
            "up",
            Service.Https.OFF,
            Optional.of(Duration.ofDays(-1)),
            HouseRulesTest.BAD,
            Service.Protocol.HTTP_1_1,
            limits,
            Service.Forwarding.DEFAULTS,
            Optional.of(new Service.Canary(0, 101, List.of(), Optional.of("public"), "up")));
    try (var edge = new EdgeUnderTest()) {
      EdgeUnderTest.Reply reply = edge.push(Tables.table(1, bad));
      assertThat(reply.status()).isEqualTo(422);
      assertThat(edge.problems(reply))
          .containsExactly(
              "service 'bad': host 'no host' is neither a name, nor '*.rest', nor '*'",
              "service 'bad': host '*.*.test' is neither a name, nor '*.rest', nor '*'",
              "service 'bad': path 'x' must begin with '/' and hold no space, '?', '#', '%' or '\\'",
              "service 'bad': health 'up' must be a path, 'tcp', 'none' or 'grpc'",
              "service 'bad': static-dir 'relative' must be absolute",
              "service 'bad': the canary's percent must be from 0 to 100, not 101",
              "service 'bad': the canary has release 0 as well",
              "service 'bad': health 'up' must be a path, 'tcp', 'none' or 'grpc'",
              "service 'bad': static-dir 'public' must be absolute",
              "service 'bad': hsts-max-age must be from 0 to 730 days, not PT-24H",
              "service 'bad': canonical-host '*.no.test' is no host",
              "service 'bad': redirects: 308 from 'x' to '/y' is none",
              "service 'bad': redirects: 308 from '/x' to '//evil.test' is none",
              "service 'bad': redirects: 308 from '/x' to '/y/*' is none",
              "service 'bad': redirects: 200 from '/x/*' to '/y/*' is none",
              "service 'bad': allow '10.0.0.0/40' is no address or network: /40 is not from 0 to 32",
              "service 'bad': headers: 'a b' is no header with such a value",
              "service 'bad': users: 'a:b' is no name of its own without a colon",
              "service 'bad': users: the hash of 'a:b' is none that the edge knows",
              "service 'bad': the error pages' dir 'relative' must be absolute",
              "service 'bad': error-pages: '200' is no status from 400 to 599",
              "service 'bad': access-log must be from 0 to 1, not 1.5",
              "service 'bad': former-files 'former' must be absolute",
              "service 'bad': target 't' has the host 'localhost'; it must be an IP address",
              "service 'bad': target 't' has the port 0, not one from 1 to 65535",
              "service 'bad': target 't' has no id of its own",
              "service 'bad': body-bytes-max and hold-requests-max must not be negative",
              "service 'bad': connect-timeout must be from PT0.001S to PT168H, not PT0S",
              "service 'bad': drain must be from PT0S to PT168H, not PT-1S",
              "service 'bad': drain-streams must be from PT0S to PT168H, not PT2376H");
      assertThat(edge.report().generation()).isZero();
    }
  }

  @Test
  void whatIsNoTableIsRefused() throws IOException {
    try (var edge = new EdgeUnderTest()) {
      EdgeUnderTest.Reply reply =
          edge.ask("PUT", "/v1/table", "{\"generation\":".getBytes(StandardCharsets.UTF_8));
      assertThat(reply.status()).isEqualTo(422);
      assertThat(reply.body()).contains("not a routing table");
      EdgeUnderTest.Reply partly =
          edge.ask(
              "PUT",
              "/v1/table",
              "{\"generation\":1,\"services\":[]}".getBytes(StandardCharsets.UTF_8));
      assertThat(partly.status()).isEqualTo(422);
      assertThat(partly.body()).contains("boot-id is missing");
      assertThat(edge.ask("GET", "/v1/other", new byte[0]).status()).isEqualTo(404);
    }
  }

  @Test
  void anOlderTableIsRefused() throws IOException {
    try (var edge = new EdgeUnderTest()) {
      assertThat(edge.push(Tables.table(5)).status()).isEqualTo(200);
      assertThat(edge.push(Tables.table(5)).status()).isEqualTo(200);
      EdgeUnderTest.Reply reply = edge.push(Tables.table(4));
      assertThat(reply.status()).isEqualTo(422);
      assertThat(edge.problems(reply))
          .containsExactly("generation 4 is older than 5, which is in force");
    }
  }

  @Test
  void aRestartedEdgeServesItsTableOnceTheTargetsHaveAnsweredAProbe() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.probed(Tables.service(app), "/up"))) {
      edge.restart(Tables.BOOT_ID);
      assertThat(reached(edge, "app.test", "/")).isEqualTo("a GET /");
      assertThat(app.requests().getFirst().start())
          .as("the probe came first")
          .isEqualTo("GET /up HTTP/1.1");
      assertThat(edge.report().generation()).isEqualTo(1);
    }
  }

  @Test
  void anAppThatAnswersItsFirstProbeLateLosesNoRequestAndKeepsNobodyElseWaiting()
      throws IOException {
    var well = new CountDownLatch(1);
    try (var slow =
            new App(
                "slow",
                (self, wire) -> {
                  while (true) {
                    String start = self.receive(wire).start();
                    if (start.contains("/up")) {
                      Latches.await(well);
                    }
                    wire.send(App.ok(start));
                  }
                });
        var quick = App.echoing("quick");
        var edge =
            new EdgeUnderTest(
                Tables.named(Tables.probed(Tables.service(slow), "/up"), "slow", "slow.test", "/"),
                Tables.probed(Tables.service(quick), "/up"))) {
      edge.restart(Tables.BOOT_ID);
      assertThat(reached(edge, "app.test", "/")).isEqualTo("quick GET /");
      try (var client = edge.connect()) {
        client.send("GET /late HTTP/1.1\r\nHost: slow.test\r\n\r\n");
        Sweeps.pass();
        edge.time().advance(Limits.DEFAULTS.connectTimeout().multipliedBy(2));
        Sweeps.pass();
        well.countDown();
        assertThat(client.message().body()).isEqualTo("GET /late HTTP/1.1");
      }
    }
  }

  @Test
  void aTargetOfTheKeptTableThatDoesNotAnswerItsProbeGetsNoRequest() throws IOException {
    try (var stranger =
            new App(
                "a",
                (self, wire) -> {
                  self.receive(wire);
                  wire.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
                });
        var edge = new EdgeUnderTest(Tables.probed(Tables.service(stranger), "/up"))) {
      edge.restart(Tables.BOOT_ID);
      try (var client = edge.connect()) {
        RawClient.Message answer = edge.answerAfter(Duration.ofSeconds(1), client.get("/"));
        assertThat(answer.body()).contains("S-503-NO-TARGET");
      }
      assertThat(stranger.requests()).allMatch(request -> request.start().contains("/up"));
    }
  }

  @Test
  void afterARebootNoTargetOfTheKeptTableIsAsked() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app))) {
      edge.restart("another boot");
      assertThat(reached(edge, "app.test", "/")).isEqualTo("503");
      assertThat(reached(edge, "other.test", "/")).isEqualTo("404");
      assertThat(app.requests()).isEmpty();
      assertThat(edge.report().generation()).as("what makes the agent push").isZero();
      assertThat(
              edge.push(new RoutingTable(1, "another boot", List.of(Tables.service(app)))).status())
          .isEqualTo(200);
      assertThat(reached(edge, "app.test", "/")).isEqualTo("a GET /");
    }
  }

  @Test
  void aTornTableIsSaidAndNothingIsServed() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.service(app))) {
      Path file = edge.home().resolve("edge").resolve("table.json");
      Files.writeString(file, Files.readString(file).substring(0, 100));
      edge.restart(Tables.BOOT_ID);
      assertThat(edge.log()).contains("cannot read the kept routing table");
      assertThat(reached(edge, "app.test", "/")).isEqualTo("404");
    }
  }

  @Test
  void aTargetThatFailsItsProbesIsLeftOutUnlessAllFail() throws IOException {
    try (var sick =
            new App(
                "sick",
                (self, wire) -> {
                  while (true) {
                    String start = self.receive(wire).start();
                    wire.send(
                        start.contains("/up")
                            ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
                            : App.ok("sick "));
                  }
                });
        var well = App.echoing("well");
        var edge = new EdgeUnderTest(Tables.probed(Tables.service(sick, well), "/up"))) {
      Eventually.eventually(
          "it is found sick",
          () -> {
            EdgeReport.TargetReport target = edge.target("sick");
            return target != null && !target.healthy();
          });
      for (int i = 0; i < 6; i++) {
        assertThat(reached(edge, "app.test", "/")).startsWith("well");
      }
      edge.serve(Tables.probed(Tables.service(sick), "/up"));
      assertThat(reached(edge, "app.test", "/")).startsWith("sick");
    }
  }

  @Test
  void theControlSocketIsTheOwnersAloneAndReplacesWhatAKilledEdgeLeft() throws IOException {
    try (var edge = new EdgeUnderTest()) {
      Path socket = edge.home().resolve("edge/edge.sock");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      Path left = socket.resolveSibling("edge-00000000.sock");
      edge.restart(
          Tables.BOOT_ID,
          () -> {
            ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(left))
                .close();
            Files.createSymbolicLink(socket, left.getFileName());
          });
      assertThat(edge.report().generation()).isZero();
      assertThat(left).doesNotExist();
    }
  }
}
