package dev.stead.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Traffic;
import dev.stead.sdk.Traffic.ReleaseTraffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What passes through a real edge, as the API and Prometheus are told it, while the agent is
/// killed and comes back.
final class TrafficStoryTest {
  private static final Duration SINCE = Duration.ofHours(1);

  private final Home home = Home.make();
  private final HttpClient http = HttpClient.newHttpClient();
  private final int metricsPort = FreePort.next();
  private Process agent;
  private int port;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(
        home.path.resolve("settings.json"), "{\"metrics-port\":%d}".formatted(metricsPort));
    home.startEdge();
    agent = home.startAgent();
    Home.until("the agent answers", () -> Files.exists(home.socket()));
    port = home.client().status().edge().httpPort();
  }

  @AfterEach
  void stop() {
    http.close();
    home.close();
  }

  private int get(int at, String path) throws IOException, InterruptedException {
    return http.send(request(at, path), BodyHandlers.discarding()).statusCode();
  }

  private static HttpRequest request(int at, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(at, path))).build();
  }

  /// Of unknown hosts, since no app is here.
  private Optional<ReleaseTraffic> nobodys() {
    try {
      return home.client().traffic(Optional.empty(), Optional.of(SINCE)).releases().stream()
          .filter(each -> each.app().equals(Traffic.NOBODY))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(home.printed(), e);
    }
  }

  private void awaitRequests(long count) {
    Home.until(
        count + " requests are known",
        () -> nobodys().map(ReleaseTraffic::requests).equals(Optional.of(count)));
  }

  @Test
  void everyRequestIsKnownThoughTheAgentWasKilledInBetween() throws Exception {
    for (var i = 0; i < 5; i++) {
      assertThat(get(port, "/")).isEqualTo(404);
    }
    awaitRequests(5);
    assertThat(nobodys().orElseThrow().ended("4xx")).isEqualTo(5);

    agent.destroyForcibly().waitFor();
    Files.delete(home.socket());
    assertThat(get(port, "/")).isEqualTo(404);
    home.startAgent();
    Home.until("the next agent answers", () -> Files.exists(home.socket()));
    awaitRequests(6);
  }

  @Test
  void prometheusUnderstandsTheMetrics() throws Exception {
    assertThat(get(port, "/")).isEqualTo(404);
    awaitRequests(1);
    var answer = http.send(request(metricsPort, "/metrics"), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body())
        .contains("stead_requests_total{app=\"-\",release=\"0\",outcome=\"4xx\"} 1\n")
        .contains("stead_edge_up 1\n");
    assertThat(promtool(answer.body())).isEmpty();
    assertThat(get(metricsPort, "/v1/status")).isEqualTo(404);
    try (var same = home.http().send("GET", "/v1/metrics")) {
      assertThat(new String(same.bytes(), StandardCharsets.UTF_8)).contains("stead_edge_up 1\n");
    }
  }

  /// What Prometheus' own tool finds wrong: nothing where it can be read and is named as is usual.
  private static String promtool(String metrics) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
      input.write(metrics);
    }
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
