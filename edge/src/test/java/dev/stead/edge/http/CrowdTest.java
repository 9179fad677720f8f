package dev.stead.edge.http;

import static dev.stead.edge.http.Crowd.Admission.ADDRESS_FULL;
import static dev.stead.edge.http.Crowd.Admission.ADMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/// Who counts as one client.
final class CrowdTest {
  private static InetAddress at(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  @Test
  void anIpv6NetworkOf64BitsCountsAsOneAddressAndAnIpv4AddressForItself() {
    var crowd = new Crowd(new Bounds(10, 1, 0, 0));
    assertThat(crowd.enter(at("2001:db8:1:1::1"))).isEqualTo(ADMITTED);
    assertThat(crowd.enter(at("2001:db8:1:1:ffff::2"))).isEqualTo(ADDRESS_FULL);
    assertThat(crowd.enter(at("2001:db8:1:2::1"))).isEqualTo(ADMITTED);
    assertThat(crowd.enter(at("198.51.100.1"))).isEqualTo(ADMITTED);
    assertThat(crowd.enter(at("198.51.100.1"))).isEqualTo(ADDRESS_FULL);
    assertThat(crowd.enter(at("198.51.100.2"))).isEqualTo(ADMITTED);
    crowd.leave(at("198.51.100.1"), ADMITTED);
    assertThat(crowd.enter(at("198.51.100.1"))).isEqualTo(ADMITTED);
  }
}
