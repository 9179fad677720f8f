package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Uncertified;
import dev.stead.edge.tls.UncertifiedHosts;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the agent is told of hosts that clients ask for in vain.
@ExtendWith(NoLeaks.class)
final class UncertifiedHostsTest {
  private final Authority authority = new Authority();

  @Test
  void aHostWithoutCertificateIsToldOnceAndOneWithCertificateNever() throws Exception {
    try (var edge = new EdgeUnderTest()) {
      edge.certify(authority.certificate("app.test"));
      var told = new FutureTask<>(() -> told(edge));
      Thread.ofVirtual().name("await-uncertified").start(told);

      shake(edge, "app.test");
      shake(edge, "Customer.test");

      assertThat(told.get()).containsExactly("customer.test");
      shake(edge, "other.test");
      assertThat(told(edge)).containsExactly("other.test");
    }
  }

  @Test
  void ofAFloodOfNamesOnlySoManyAreHeld() throws Exception {
    try (var edge = new EdgeUnderTest()) {
      for (int i = 0; i < UncertifiedHosts.HOSTS_MAX + 10; i++) {
        shake(edge, "flood" + i + ".test");
      }

      assertThat(told(edge)).hasSize(UncertifiedHosts.HOSTS_MAX);
      shake(edge, "customer.test");
      assertThat(told(edge)).containsExactly("customer.test");
    }
  }

  private static List<String> told(EdgeUnderTest edge) throws IOException {
    return Wire.read(edge.ask("POST", "/v1/uncertified", new byte[0]).bytes(), Uncertified.class)
        .hosts();
  }

  private static void shake(EdgeUnderTest edge, String host) throws Exception {
    TlsClient.shake(TlsClient.trustingAnybody(), edge.httpsPort(), host).close();
  }
}
