package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import dev.stead.sdk.HttpConfig;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What apps say of the way to their instances, and of requests that wait.
final class ForwardingTest {
  private World world;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    world.restartAgent();
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void theEdgeIsToldWhatAnAppSaysAndElseTheDefaults() throws Exception {
    var bundle = world.upload(Sample.server("one"));
    world.deploy(Sample.of("web").config(), bundle);
    var said =
        new HttpConfig.Forwarding(
            Duration.ofMillis(250),
            20,
            Duration.ofMinutes(2),
            HttpConfig.Balance.ROUND_ROBIN,
            true);
    world.deploy(Sample.of("orders").forwarding(said).config(), bundle);

    assertThat(service("web").limits()).isEqualTo(Service.Limits.DEFAULTS);
    assertThat(service("web").forwarding()).isEqualTo(Service.Forwarding.DEFAULTS);
    var limits = service("orders").limits();
    assertThat(limits.connectTimeout()).isEqualTo(said.connectTimeout());
    assertThat(limits.holdRequestsMax()).isEqualTo(said.holdRequestsMax());
    assertThat(limits.holdTimeout()).isEqualTo(said.holdTimeout());
    assertThat(service("orders").forwarding())
        .isEqualTo(new Service.Forwarding(Service.Balance.ROUND_ROBIN, true));
  }

  private Service service(String app) {
    return world.edge.service(app).orElseThrow();
  }
}
