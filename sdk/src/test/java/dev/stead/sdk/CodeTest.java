package dev.stead.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CodeTest {
  @Test
  void everyCodeAndNoOtherIsExplained() throws IOException {
    var texts = new Properties();
    try (var file =
        new InputStreamReader(
            Code.class.getResourceAsStream("codes.properties"), StandardCharsets.UTF_8)) {
      texts.load(file);
    }
    assertThat(texts.stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Code.values())
                .flatMap(code -> Stream.of(code.id() + ".meaning", code.id() + ".fix"))
                .toList());
    assertThat(texts.values()).allSatisfy(text -> assertThat((String) text).isNotBlank());
  }
}
