package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PublicNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"cv.example.com", "example.com", "a-b.example.co.uk", "xn--bcher-kva.de"})
  void aNameOfThePublicDnsCanBeOrderedFor(String host) {
    assertThat(PublicName.refusal(host)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "cv.localhost",
        "db.internal",
        "printer.local",
        "cv.test",
        "router.home.arpa",
        "cv",
        "10.0.0.1",
        "127.0.0.1",
        "[::1]",
        "::1",
        "*.example.com",
        "*",
        "-a.example.com",
        "a..example.com",
        "example.com.",
        ""
      })
  void anyOtherCannot(String host) {
    assertThat(PublicName.refusal(host)).isPresent();
  }
}
