package dev.stead.sdk;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/// What `codes.properties` says: for every code its `meaning` and its `fix`. Read when the first is
/// asked for, which a command that succeeds never does.
final class Explanations {
  private static final Properties TEXTS = read();

  private Explanations() {}

  static String of(String id, String what) {
    String text = TEXTS.getProperty(id + "." + what);
    if (text == null) {
      throw new IllegalStateException("codes.properties has no %s.%s".formatted(id, what));
    }
    return text;
  }

  private static Properties read() {
    var texts = new Properties();
    try (var file = Explanations.class.getResourceAsStream("codes.properties")) {
      if (file == null) {
        throw new IllegalStateException("codes.properties is not beside " + Explanations.class);
      }
      texts.load(new InputStreamReader(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }
}
