package dev.stead.rig.bench.edge;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A file beside this class in which `@name@` stands for what is known only when it is used.
final class Template {
  private Template() {}

  /// Writes it into a directory with every name replaced, and returns where.
  static Path fill(String file, Path directory, Map<String, ?> values) throws IOException {
    var text = read(file);
    for (var value : values.entrySet()) {
      text = text.replace("@" + value.getKey() + "@", String.valueOf(value.getValue()));
    }
    return Files.writeString(directory.resolve(file), text);
  }

  static String read(String file) throws IOException {
    try (var source = Template.class.getResourceAsStream(file)) {
      if (source == null) {
        throw new FileNotFoundException(file);
      }
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
