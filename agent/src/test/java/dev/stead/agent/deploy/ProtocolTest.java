package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What apps speak, with the edge and when they are asked how they are.
final class ProtocolTest {
  /// Answers every request over h2c with a head alone, which is one byte (RFC 7541 appendix A): of
  /// `:status` 204, or 500.
  private static final String H2C_SERVER =
      """
      import os, socket, threading
      def serve(connection):
          stream = connection.makefile("rb")
          stream.read(24)
          connection.sendall(bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
          while head := stream.read(9):
              stream.read(int.from_bytes(head[:3], "big"))
              if head[3] == 1:
                  connection.sendall(bytes([0, 0, 1, 1, 5]) + head[5:] + b"%STATUS%")
      with socket.create_server(("127.0.0.1", int(os.environ["PORT"]))) as listener:
          while True:
              threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()
      """;

  private static final String NO_CONTENT = "\\x89";
  private static final String ERROR = "\\x8e";

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

  @Test
  void anAppThatSpeaksH2cIsAskedAtItsPathOverIt() throws Exception {
    var orders = Sample.of("orders").h2c().health("/up").startTimeout(Duration.ofSeconds(5));
    world.deploy(orders.config(), world.upload(h2cServer(NO_CONTENT)));
    assertThat(service("orders").health()).isEqualTo("/up");
    assertThat(service("orders").release()).isEqualTo(1);

    var sick = orders.startTimeout(Duration.ofSeconds(1));
    assertThat(world.deploy(sick.config(), world.upload(h2cServer(ERROR))).text())
        .contains("D-HEALTH-FAILED", "GET /up answered 500");
    assertThat(service("orders").release()).isEqualTo(1);
  }

  private static Map<String, String> h2cServer(String status) {
    return Map.of("server.py", H2C_SERVER.replace("%STATUS%", status));
  }

  private Service service(String app) {
    return world.edge.service(app).orElseThrow();
  }
}
