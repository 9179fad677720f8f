package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import dev.stead.sdk.Http;
import dev.stead.sdk.Traffic;
import dev.stead.sdk.Traffic.ReleaseTraffic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a release served is known to the last request, though the agent is killed in between.
final class TrafficStoryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SINCE = Duration.ofHours(1);

  @Test
  void everyRequestOfAReleaseIsKnown() throws IOException {
    try (var project = Project.copyOf("rig/apps/greeter");
        var stead = Stead.fresh()) {
      stead.up(project);
      visit(stead, 20);
      awaitRequests(stead, 20);

      stead.killAgent();
      visit(stead, 5);
      awaitRequests(stead, 25);

      var told =
          stead
              .run(project, "status", "--traffic", "greeter", "--since", "1h", "--json")
              .json(Traffic.class);
      assertThat(told.releases())
          .singleElement()
          .satisfies(
              release -> {
                assertThat(release.release()).isEqualTo(1);
                assertThat(release.outcomes()).isEqualTo(Map.of("2xx", 25L));
                assertThat(release.latency()).isPresent();
              });
      stead.run(project, "status", "--traffic").succeeded().says("greeter v1", "p99 ", "5xx 0 %");
      assertThat(metrics(stead))
          .contains("# TYPE stead_request_duration_seconds histogram", "app=\"greeter\"");
    }
  }

  private static void visit(Stead stead, int times) throws IOException {
    for (var i = 0; i < times; i++) {
      assertThat(stead.get("greeter", "/").status()).isEqualTo(200);
    }
  }

  private static void awaitRequests(Stead stead, long count) {
    Eventually.until(
        count + " requests to be known",
        PATIENCE,
        () -> requests(stead).equals(Optional.of(count)));
  }

  private static Optional<Long> requests(Stead stead) {
    try {
      return stead.client().traffic(Optional.of("greeter"), Optional.of(SINCE)).releases().stream()
          .map(ReleaseTraffic::requests)
          .reduce(Long::sum);
    } catch (IOException e) {
      // The agent is not back yet.
      return Optional.empty();
    }
  }

  private static String metrics(Stead stead) throws IOException {
    var http = new Http(stead.home().resolve("agent.sock"), Map.of());
    try (var answer = http.send("GET", "/v1/metrics")) {
      return new String(answer.bytes(), StandardCharsets.UTF_8);
    }
  }
}
