package dev.stead.cli.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CertificateSettingsTest {
  @Test
  void whatIsSaidIsSetAndTheRestStays() {
    var said =
        new CertificateSettings(
            Optional.of("ada@example.com"), Optional.empty(), Optional.of("/etc/ca.pem"));

    assertThat(
            into(
                said,
                """
                {"supervisor":"systemd","http-port":80,"acme-email":"bob@example.com",
                 "acme-directory":"https://ca.example.com/dir"}
                """))
        .isEqualTo(
            "{\"acme-directory\":\"https://ca.example.com/dir\",\"acme-email\":\"ada@example.com\","
                + "\"acme-root\":\"/etc/ca.pem\",\"http-port\":80,\"supervisor\":\"systemd\"}");
  }

  @Test
  void whatIsNoObjectIsRefused() {
    var said = new CertificateSettings(Optional.of("a"), Optional.empty(), Optional.empty());

    assertThatThrownBy(() -> into(said, "[]")).isInstanceOf(IllegalArgumentException.class);
  }

  private static String into(CertificateSettings said, String settings) {
    return new String(said.into(settings.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }
}
