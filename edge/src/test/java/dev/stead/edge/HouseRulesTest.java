package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Password;
import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.ErrorPages;
import dev.stead.edge.control.Service.FormerFiles;
import dev.stead.edge.control.Service.Mode;
import dev.stead.edge.control.Service.Redirect;
import dev.stead.edge.control.Service.Rules;
import dev.stead.edge.control.Service.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a service asks of requests and says with answers.
@ExtendWith(NoLeaks.class)
final class HouseRulesTest {
  /// Everything that can be wrong with them.
  static final Rules BAD =
      new Rules(
          Optional.of("*.no.test"),
          List.of(
              new Redirect("x", "/y", 308),
              new Redirect("/x", "//evil.test", 308),
              new Redirect("/x", "/y/*", 308),
              new Redirect("/x/*", "/y/*", 200)),
          List.of("10.0.0.0/40"),
          new TreeMap<>(Map.of("a b", "c")),
          List.of(new User("a:b", "secret")),
          Optional.of(new ErrorPages("relative", new TreeMap<>(Map.of("200", "ok.html")))),
          true,
          List.of(new FormerFiles("former", Instant.EPOCH)),
          1.5);

  private static final String SECRET = "pässword: \"1\"";

  private static Service allowing(App app, String... networks) {
    return Tables.ruled(Tables.service(app), RulesDraft.none().allow(networks).rules());
  }

  private static int statusFrom(EdgeUnderTest edge, String address) throws IOException {
    try (var client = RawClient.connectFrom(address, edge.port())) {
      return client.get("/").message().status();
    }
  }

  private static RawClient.Message ask(RawClient client, String path, String... headers)
      throws IOException {
    var head = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "Host: app.test"));
    head.addAll(List.of(headers));
    return client.send(String.join("\r\n", head) + "\r\n\r\n").message();
  }

  private static String authorization(String name, String password) {
    byte[] both = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(both);
  }

  @Test
  void onlyThoseWhoAreAllowedGetIn() throws IOException {
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(allowing(app, "127.0.0.0/30", "127.1.0.9", "::1"))) {
      assertThat(statusFrom(edge, "127.0.0.1")).isEqualTo(200);
      assertThat(statusFrom(edge, "127.0.0.3")).isEqualTo(200);
      assertThat(statusFrom(edge, "127.0.0.4")).isEqualTo(403);
      assertThat(statusFrom(edge, "127.1.0.9")).isEqualTo(200);
      assertThat(statusFrom(edge, "127.1.0.8")).isEqualTo(403);
      assertThat(app.requests()).hasSize(3);
      edge.serve(allowing(app, "0.0.0.0/0"));
      assertThat(statusFrom(edge, "127.9.9.9")).isEqualTo(200);
      edge.serve(allowing(app, "10.0.0.0/8"));
      try (var client = edge.connect()) {
        assertThat(client.get("/").message().body()).contains("S-403-ADDRESS");
      }
    }
  }

  @Test
  void otherHostsLeadToTheCanonicalOneButForLocalhost() throws IOException {
    try (var app = App.echoing("a");
        var edge =
            new EdgeUnderTest(
                Tables.ruled(
                    Tables.at(Tables.service(app), "app.test", "www.app.test", "app.localhost"),
                    RulesDraft.none().canonicalHost("app.test").rules()));
        var client = edge.connect()) {
      client.send("GET /a//b?c=%20d HTTP/1.1\r\nHost: WWW.app.test:8080\r\n\r\n");
      RawClient.Message moved = client.message();
      assertThat(moved.status()).isEqualTo(308);
      assertThat(moved.header("location")).isEqualTo("http://app.test:8080/a//b?c=%20d");
      assertThat(client.get("/").message().status()).isEqualTo(200);
      client.send("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
      assertThat(client.message().status()).isEqualTo(200);
    }
  }

  @Test
  void whatHasMovedIsFoundWhereItIsNow() throws IOException {
    Rules rules =
        RulesDraft.none()
            .redirects(
                new Redirect("/old", "/new", 308),
                new Redirect("/blog/*", "/articles/*", 301),
                new Redirect("/blog/drafts/*", "https://drafts.test/", 302),
                new Redirect("/all/*", "/*", 307),
                new Redirect("/asked", "/answer?now=1", 302))
            .rules();
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.ruled(Tables.service(app), rules));
        var client = edge.connect()) {
      Map<String, String> moved =
          Map.of(
              "/old?x=1", "308 /new?x=1",
              "/blog/a/b?c", "301 /articles/a/b?c",
              "/blog", "301 /articles/",
              "/blog/drafts/x", "302 https://drafts.test/",
              "/all//evil.test/", "307 /evil.test/",
              "/all/\\evil.test/", "307 /evil.test/",
              "/asked?x=1", "302 /answer?now=1");
      for (Map.Entry<String, String> each : moved.entrySet()) {
        RawClient.Message answer = ask(client, each.getKey());
        assertThat(answer.status() + " " + answer.header("location"))
            .as(each.getKey())
            .isEqualTo(each.getValue());
      }
      assertThat(app.requests()).isEmpty();
      assertThat(ask(client, "/older").status()).isEqualTo(200);
      assertThat(ask(client, "/blogs").status()).isEqualTo(200);
    }
  }

  @Test
  void onlyUsersWithTheirPasswordGetIn() throws IOException {
    Rules rules =
        RulesDraft.none()
            .users(
                new User("ada", Password.hash(SECRET, new SecureRandom())),
                new User("bob", Password.hash("other", new SecureRandom())))
            .rules();
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.ruled(Tables.service(app), rules));
        var client = edge.connect()) {
      RawClient.Message stranger = ask(client, "/");
      assertThat(stranger.status()).isEqualTo(401);
      assertThat(stranger.header("www-authenticate"))
          .isEqualTo("Basic realm=\"Restricted\", charset=\"UTF-8\"");
      assertThat(stranger.body()).contains("S-401-PASSWORD");
      for (String wrong :
          List.of(
              authorization("ada", "other"),
              authorization("bob", SECRET),
              authorization("eve", SECRET),
              "Authorization: Basic !",
              "Authorization: Basic YWRh",
              "Authorization: Bearer x")) {
        assertThat(ask(client, "/", wrong).status()).as(wrong).isEqualTo(401);
        assertThat(ask(client, "/", wrong).status()).as("again, " + wrong).isEqualTo(401);
      }
      assertThat(app.requests()).isEmpty();
      for (int i = 0; i < 3; i++) {
        assertThat(ask(client, "/", authorization("ada", SECRET)).status()).isEqualTo(200);
      }
      client.send(
          "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 4\r\n"
              + authorization("bob", "other").replace("Basic", "bASIC")
              + "\r\n\r\nbody");
      assertThat(client.message().body()).as("checked with a body on its way").endsWith(" body");
    }
  }

  @Test
  void guessingKeepsNobodyElseWaitingForLong() throws IOException {
    Rules rules =
        RulesDraft.none().users(new User("ada", Password.hash(SECRET, new SecureRandom()))).rules();
    try (var app = App.echoing("a");
        var edge = new EdgeUnderTest(Tables.ruled(Tables.service(app), rules))) {
      var guessing = new ArrayList<RawClient>();
      try {
        for (int i = 0; i < 200; i++) {
          RawClient client = edge.connect();
          guessing.add(client);
          client.send(
              "GET / HTTP/1.1\r\nHost: app.test\r\n" + authorization("ada", "x" + i) + "\r\n\r\n");
        }
        var statuses = new ArrayList<Integer>();
        for (RawClient client : guessing) {
          statuses.add(client.message().status());
        }
        assertThat(statuses).contains(503).containsOnly(401, 503);
      } finally {
        for (RawClient client : guessing) {
          client.close();
        }
      }
      try (var client = edge.connect()) {
        assertThat(ask(client, "/", authorization("ada", SECRET)).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void everyAnswerSaysWhatTheServiceWantsSaid(@TempDir Path files) throws IOException {
    Files.writeString(files.resolve("f.txt"), "file");
    try (var app =
            new App(
                "a",
                (self, wire) -> {
                  while (true) {
                    self.receive(wire);
                    wire.send(
                        "HTTP/1.1 200 OK\r\nServer: secret\r\nX-Frame-Options: ALLOW\r\n"
                            + "Content-Length: 0\r\n\r\n");
                  }
                });
        var edge =
            new EdgeUnderTest(
                Tables.withFiles(
                    Tables.ruled(
                        Tables.service(app),
                        RulesDraft.none()
                            .headers(Map.of("X-Frame-Options", "DENY", "Server", ""))
                            .rules()),
                    files.toString()));
        var client = edge.connect()) {
      RawClient.Message fromApp = client.get("/").message();
      assertThat(fromApp.header("x-frame-options")).isEqualTo("DENY");
      assertThat(fromApp.headers()).doesNotContainKey("server");
      assertThat(client.get("/f.txt").message().header("x-frame-options")).isEqualTo("DENY");
    }
  }

  @Test
  void browsersGetTheAppsOwnErrorPages(@TempDir Path release) throws IOException {
    Files.writeString(release.resolve("away.html"), "<h1>Back soon</h1>");
    var files = Map.of("503", "away.html");
    Service service =
        Tables.ruled(
            Tables.service(),
            RulesDraft.none()
                .errorPages(new ErrorPages(release.toString(), new TreeMap<>(files)))
                .rules());
    try (var edge = new EdgeUnderTest(service);
        var client = edge.connect()) {
      RawClient.Message page = ask(client, "/", "Accept: text/html");
      assertThat(page.status()).isEqualTo(503);
      assertThat(page.body()).isEqualTo("<h1>Back soon</h1>");
      assertThat(page.header("content-type")).isEqualTo("text/html; charset=utf-8");
      assertThat(page.header("stead-error")).isEqualTo("S-503-NO-TARGET");
      assertThat(page.header("retry-after")).isNotEmpty();
      assertThat(ask(client, "/", "Accept: */*").body()).contains("code: S-503-NO-TARGET");
      edge.serve(Tables.in(service, Mode.MAINTENANCE));
      Files.delete(release.resolve("away.html"));
      page = ask(client, "/", "Accept: text/html");
      assertThat(page.body()).as("read before it is needed").isEqualTo("<h1>Back soon</h1>");
      assertThat(page.header("stead-error")).isEqualTo("S-503-MAINTENANCE");
      edge.serve(Tables.withFiles(service, release.toString()));
      assertThat(ask(client, "/none", "Accept: text/html").body()).contains("S-404-FILE");
    }
  }

  @Test
  void aPageOutsideTheReleaseIsNone(@TempDir Path release) throws IOException {
    Path outside = Files.writeString(release.resolveSibling("outside.html"), "secret");
    Files.createSymbolicLink(release.resolve("link.html"), outside);
    Files.writeString(release.resolve("large.html"), "x".repeat(64 * 1024 + 1));
    try (var edge = new EdgeUnderTest()) {
      for (String file : List.of("link.html", "../outside.html", "large.html", "missing.html")) {
        var pages = new ErrorPages(release.toString(), new TreeMap<>(Map.of("503", file)));
        edge.serve(Tables.ruled(Tables.service(), RulesDraft.none().errorPages(pages).rules()));
        try (var client = edge.connect()) {
          assertThat(ask(client, "/", "Accept: text/html").body())
              .as(file)
              .contains("S-503-NO-TARGET");
        }
      }
    } finally {
      Files.delete(outside);
    }
  }
}
