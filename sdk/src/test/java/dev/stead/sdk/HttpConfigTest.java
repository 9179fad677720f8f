package dev.stead.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What releases of former versions say of HTTP, and what they leave out.
final class HttpConfigTest {
  @Test
  void whatAFormerVersionDoesNotSayHasItsDefault() {
    var written = new String(Wire.write(HttpConfig.DEFAULTS), StandardCharsets.UTF_8);
    var former = written.replaceFirst(",\"forwarding\":\\{[^}]*}", "");
    assertThat(former).isNotEqualTo(written);
    assertThat(Wire.read(former.getBytes(StandardCharsets.UTF_8), HttpConfig.class))
        .isEqualTo(HttpConfig.DEFAULTS);
  }
}
