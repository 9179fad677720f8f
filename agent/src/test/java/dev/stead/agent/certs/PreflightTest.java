package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PreflightTest {
  private static final String HOST = "cv.example.com";

  @Test
  void aNameThatLeadsHereIsFine() {
    assertThat(look(of("198.51.100.7", "10.0.0.3"), of("203.0.113.9", "198.51.100.7"))).isTrue();
  }

  @Test
  void aNameThatLeadsElsewhereIsNot() {
    assertThat(look(of("198.51.100.7"), of("203.0.113.9"))).isFalse();
  }

  @Test
  void aNameWithoutAnAddressIsNotWhereverWeAre() {
    assertThat(look(of("198.51.100.7"), of())).isFalse();
    assertThat(look(of("10.0.0.3"), of())).isFalse();
  }

  @Test
  void behindATranslatedAddressAnyAddressWillDo() {
    assertThat(look(of("10.0.0.3", "fd00::1"), of("203.0.113.9"))).isTrue();
    assertThat(look(of("192.168.1.2"), of("203.0.113.9"))).isTrue();
    assertThat(look(of("100.64.0.9"), of("203.0.113.9"))).isTrue();
    assertThat(look(of("100.128.0.9"), of("203.0.113.9"))).isFalse();
  }

  @Test
  void switchedOffItFindsNothing() {
    var off = new Preflight(false, () -> of("198.51.100.7"), _ -> of());

    assertThat(off.finding(HOST)).isEmpty();
  }

  private static boolean look(List<InetAddress> ours, List<InetAddress> found) {
    return new Preflight(true, () -> ours, _ -> found).finding(HOST).isEmpty();
  }

  private static List<InetAddress> of(String... addresses) {
    return Arrays.stream(addresses).map(InetAddress::ofLiteral).toList();
  }
}
