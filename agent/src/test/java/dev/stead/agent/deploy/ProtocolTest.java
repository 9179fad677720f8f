package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the edge is told that apps speak.
final class ProtocolTest {
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
  void theEdgeIsToldWhoSpeaksH2c() throws Exception {
    var bundle = world.upload(Sample.server("one"));
    world.deploy(Sample.of("web").config(), bundle);
    world.deploy(Sample.of("orders").h2c().config(), bundle);

    assertThat(service("web").protocol()).isEqualTo(Service.Protocol.HTTP_1_1);
    assertThat(service("orders").protocol()).isEqualTo(Service.Protocol.H2C);
    assertThat(service("orders").health()).isEqualTo("tcp");
  }

  private Service service(String app) {
    return world.edge.service(app).orElseThrow();
  }
}
