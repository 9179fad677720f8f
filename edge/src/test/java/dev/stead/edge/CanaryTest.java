package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Release 8 beside release 7, for some of the visitors.
@ExtendWith(NoLeaks.class)
final class CanaryTest {
  @TempDir private Path temporary;
  private App seven;
  private App eight;
  private EdgeUnderTest edge;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    seven = App.echoing("seven");
    eight = App.echoing("eight");
    edge = new EdgeUnderTest(with(50));
    client = edge.connect();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    edge.close();
    seven.close();
    eight.close();
  }

  private Service with(int percent) {
    return Tables.canaried(Tables.released(Tables.service(seven), 7), 8, percent, eight);
  }

  @Test
  void aVisitorKeepsWhatHeGotFirstAndTheShareIsKept() throws IOException {
    int canaried = 0;
    Set<String> cookies = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      RawClient.Message first = ask();
      String release = first.header("stead-release");
      assertThat(first.body()).startsWith(release.equals("8") ? "eight " : "seven ");
      String cookie = cookie(first);
      assertThat(cookie).startsWith("Stead-Release=" + release + ".");
      cookies.add(cookie);
      canaried += release.equals("8") ? 1 : 0;
    }
    assertThat(canaried).isBetween(50, 150);
    for (String cookie : cookies) {
      RawClient.Message again = ask("Cookie: a=b; " + cookie + "; c=d");
      assertThat(cookie).startsWith("Stead-Release=" + again.header("stead-release") + ".");
      assertThat(again.header("set-cookie")).as("it is told once").isEmpty();
    }
  }

  @Test
  void whoeverHasTheCanaryKeepsItAsItsShareGrows() throws IOException {
    edge.serve(with(25));
    assertThat(releaseOf("Cookie: Stead-Release=7.24")).isEqualTo("8");
    assertThat(releaseOf("Cookie: Stead-Release=7.25")).isEqualTo("7");
    RawClient.Message moved = ask("Cookie: Stead-Release=7.24");
    assertThat(moved.header("set-cookie"))
        .isEqualTo("Stead-Release=8.24; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax");
    edge.serve(with(75));
    assertThat(releaseOf("Cookie: Stead-Release=8.24")).isEqualTo("8");
    assertThat(releaseOf("Cookie: Stead-Release=7.74")).isEqualTo("8");
    edge.serve(with(0));
    assertThat(releaseOf("Cookie: Stead-Release=8.0")).isEqualTo("7");
    edge.serve(with(100));
    assertThat(releaseOf("Cookie: Stead-Release=7.99")).isEqualTo("8");
  }

  @Test
  void aReleaseCanBeAskedForByHeaderOrCookie() throws IOException {
    edge.serve(with(0));
    for (String said : new String[] {"Stead-Release: 8", "Cookie: Stead-Release=8"}) {
      RawClient.Message answer = ask(said);
      assertThat(answer.header("stead-release")).as(said).isEqualTo("8");
      assertThat(answer.header("set-cookie")).isEmpty();
    }
    edge.serve(with(100));
    assertThat(releaseOf("Stead-Release: v7")).isEqualTo("7");
    assertThat(releaseOf("Stead-Release: 7", "Cookie: Stead-Release=8")).isEqualTo("7");
    assertThat(releaseOf("Stead-Release: 6")).as("neither of the two").isEqualTo("8");
    assertThat(releaseOf("Stead-Release: nonsense")).isEqualTo("8");
  }

  @Test
  void withoutACanaryNothingIsSaidOrSet() throws IOException {
    edge.serve(Tables.released(Tables.service(seven), 7));
    RawClient.Message answer = ask("Cookie: Stead-Release=8.1");
    assertThat(answer.header("stead-release")).isEqualTo("7");
    assertThat(answer.header("set-cookie")).isEmpty();
  }

  @Test
  void aCanaryThatCannotBeReachedCostsNobodyARequest() throws IOException {
    edge.serve(with(100));
    eight.close();
    for (int i = 0; i < 20; i++) {
      client.post("/" + i, "body");
      RawClient.Message answer = client.message();
      assertThat(answer.body()).startsWith("seven POST /" + i);
      assertThat(answer.header("stead-release")).isEqualTo("7");
      assertThat(answer.header("set-cookie")).isEmpty();
    }
  }

  @Test
  void promotedItDrainsTheOtherAndKeepsItsConnections() throws IOException {
    edge.serve(with(100));
    assertThat(releaseOf()).isEqualTo("8");
    edge.serve(Tables.released(Tables.service(eight), 8));
    assertThat(ask("Cookie: Stead-Release=7.3").body()).startsWith("eight ");
    assertThat(eight.connectionsMade()).isEqualTo(1);
    eventually("seven has left", () -> edge.target(seven.target().id()) == null);
  }

  @Test
  void eachReleaseHasFilesOfItsOwn() throws IOException {
    Path old = Files.createDirectories(temporary.resolve("old"));
    Path fresh = Files.createDirectories(temporary.resolve("fresh"));
    Files.writeString(old.resolve("app.js"), "7");
    Files.writeString(fresh.resolve("app.js"), "8");
    edge.serve(
        Tables.withFilesOfCanary(Tables.withFiles(with(0), old.toString()), fresh.toString()));
    for (String release : new String[] {"7", "8"}) {
      client.send(
          "GET /app.js HTTP/1.1\r\nHost: app.test\r\nStead-Release: " + release + "\r\n\r\n");
      assertThat(client.message().body()).isEqualTo(release);
    }
  }

  @Test
  void itSurvivesARestart() throws IOException {
    edge.serve(with(100));
    edge.restart(Tables.BOOT_ID);
    try (var another = edge.connect()) {
      another.get("/");
      assertThat(another.message().header("stead-release")).isEqualTo("8");
    }
  }

  private String releaseOf(String... headers) throws IOException {
    return ask(headers).header("stead-release");
  }

  private RawClient.Message ask(String... headers) throws IOException {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return client.send("GET / HTTP/1.1\r\nHost: app.test\r\n" + more + "\r\n").message();
  }

  /// The pair that a browser sends back.
  private static String cookie(RawClient.Message answer) {
    return answer.header("set-cookie").replaceFirst(";.*", "");
  }
}
