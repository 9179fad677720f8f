package dev.stead.rig.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Wire;
import java.nio.charset.StandardCharsets;

/// How a call of the CLI ended.
///
/// @param command as the user typed it
public record Outcome(String command, int exit, String out, String err) {

  public Outcome succeeded() {
    assertThat(exit).as("%s", this).isZero();
    return this;
  }

  public Outcome failed() {
    assertThat(exit).as("%s", this).isNotZero();
    return this;
  }

  /// Checks that all of these are somewhere in what was printed.
  public Outcome says(String... texts) {
    assertThat(text()).contains(texts);
    return this;
  }

  public Outcome doesNotSay(String... texts) {
    assertThat(text()).doesNotContain(texts);
    return this;
  }

  public String text() {
    return out + err;
  }

  /// What a read printed with `--json`.
  public <T> T json(Class<T> type) {
    succeeded();
    return Wire.read(out.getBytes(StandardCharsets.UTF_8), type);
  }

  @Override
  public String toString() {
    return "`%s` ended with %d%n--- output%n%s%n--- errors%n%s".formatted(command, exit, out, err);
  }
}
