package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Traffic;
import dev.stead.sdk.Traffic.Latency;
import dev.stead.sdk.Traffic.ReleaseTraffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `stead status --traffic`
final class TrafficViewTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path home;

  private static ReleaseTraffic served(String app, Map<String, Long> outcomes, List<Long> points) {
    return new ReleaseTraffic(
        app,
        7,
        outcomes.values().stream().mapToLong(Long::longValue).sum(),
        3.4,
        2,
        1,
        Optional.of(new Latency(820, 12_300, 1_500_000)),
        new TreeMap<>(outcomes),
        512,
        2 << 20,
        points);
  }

  private static Traffic traffic(ReleaseTraffic... releases) {
    return new Traffic(NOON, NOON.plusSeconds(300), Duration.ofSeconds(10), List.of(releases));
  }

  private Call call() {
    return new Call(home, home);
  }

  @Test
  void everyReleaseHasALineWithItsBars() throws IOException {
    var outcomes = Map.of("2xx", 970L, "4xx", 29L, "5xx", 1L);
    try (var agent = TestAgent.in(home)) {
      agent.on("GET /v1/traffic", traffic(served("cv", outcomes, List.of(0L, 1L, 40L, 80L, 20L))));
      assertThat(call().run("status", "--traffic").out())
          .isEqualTo(
              """
              requests of the last 5 m 0 s, a bar for each 10 s
              cv v7  3.40/s  2 in flight  1 stream  p50 820 µs  p95 12 ms  p99 1.5 s  4xx 2.9 %  5xx 0.1 %  512 B in  2.0 MiB out   ▁▄█▂
              """);
    }
  }

  @Test
  void oneAppAndATimeAreAskedFor() throws IOException {
    try (var agent = TestAgent.in(home)) {
      agent.on("GET /v1/apps/cv/traffic", traffic());
      assertThat(call().run("status", "--traffic", "cv", "--since", "1h").out())
          .isEqualTo("no requests in the last 5 m 0 s\n");
      assertThat(call().run("status", "--traffic", "--app", "cv", "--since", "1h", "--json").out())
          .startsWith("{\"from\":\"2026-03-01T12:00:00Z\"");
      assertThat(agent.asked())
          .extracting(TestAgent.Asked::target)
          .containsOnly("GET /v1/apps/cv/traffic?since=PT1H");
    }
  }

  @Test
  void aTimeWithoutTrafficIsRefused() throws IOException {
    assertThat(call().run("status", "--since", "1h").err()).contains("--since is for --traffic");
  }

  @Test
  void whatReachedNoAppIsNamedSo() throws IOException {
    try (var agent = TestAgent.in(home)) {
      agent.on("GET /v1/traffic", traffic(served(Traffic.NOBODY, Map.of("4xx", 5L), List.of(5L))));
      assertThat(call().run("status", "--traffic", "--env", "staging").out())
          .contains("no app", "4xx 100.0 %", "█");
    }
  }

  @Test
  void aShareThatIsSomethingIsNeverShownAsNothing() {
    assertThat(TrafficView.share(0, 0)).isEqualTo("0 %");
    assertThat(TrafficView.share(1, 100_000)).isEqualTo("< 0.1 %");
    assertThat(TrafficView.bars(List.of(0L, 1L, 1_000_000L))).isEqualTo(" ▁█");
  }
}
