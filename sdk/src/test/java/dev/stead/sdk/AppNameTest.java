package dev.stead.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class AppNameTest {
  @Test
  void aNameIsReadAsItIsWritten() {
    assertThat(AppName.of("cv")).isEqualTo(new AppName("production", "cv")).hasToString("cv");
    assertThat(AppName.of("staging.cv"))
        .isEqualTo(new AppName("staging", "cv"))
        .hasToString("staging.cv");
    assertThat(AppName.of("cv").in("staging")).hasToString("staging.cv");
  }

  @Test
  void nothingHasTwoNames() {
    for (var text : new String[] {"production.cv", "", ".cv", "cv.", "a.b.c", "CV", "../cv"}) {
      assertThatThrownBy(() -> AppName.of(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'%s' is no app's name".formatted(text));
    }
  }
}
