package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What is kept of all that a command prints.
final class LastLineTest {
  @Test
  void itIsTheLastOneThatIsNotBlankEvenWithoutAnEnd() {
    assertThat(of("")).isEmpty();
    assertThat(of("\n \n")).isEmpty();
    assertThat(of("one\ntwo\n\n  \n")).isEqualTo("two");
    assertThat(of("one\n  two\r")).isEqualTo("two");
  }

  @Test
  void aLongOneIsCut() {
    assertThat(of("x".repeat(10_000))).isEqualTo("x".repeat(LastLine.CHARS_MAX));
    assertThat(of("x".repeat(10_000) + "\nshort")).isEqualTo("short");
  }

  private static String of(String text) {
    var last = new LastLine();
    text.chars().forEach(each -> last.take((char) each));
    return last.text();
  }
}
