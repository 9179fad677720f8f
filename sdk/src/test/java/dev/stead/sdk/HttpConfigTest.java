package dev.stead.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What releases of former versions say of HTTP, and what they leave out.
final class HttpConfigTest {
  @Test
  void whatAFormerVersionDoesNotSayHasItsDefault() {
    assertThat(without(",\"forwarding\":\\{[^}]*}")).isEqualTo(HttpConfig.DEFAULTS);
    assertThat(without(",\"balance\":\"[^\"]*\"")).isEqualTo(HttpConfig.DEFAULTS);
    assertThat(without(",\"buffer-uploads\":false")).isEqualTo(HttpConfig.DEFAULTS);
  }

  /// The defaults as somebody reads them who was not told this part.
  private static HttpConfig without(String part) {
    var written = new String(Wire.write(HttpConfig.DEFAULTS), StandardCharsets.UTF_8);
    var former = written.replaceFirst(part, "");
    assertThat(former).isNotEqualTo(written);
    return Wire.read(former.getBytes(StandardCharsets.UTF_8), HttpConfig.class);
  }
}
