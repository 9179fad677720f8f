package dev.stead.cli;

import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// What `stead store put` writes: an argument, a file, or standard input to its end; and of which
/// type that is.
final class StoreValue {
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String BYTES = "application/octet-stream";

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "take the value from a file")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description =
          "its content type; without it application/json for a JSON object or array, text/plain for"
              + " text, application/octet-stream else")
  private Optional<String> type = Optional.empty();

  /// The bytes to be written.
  ///
  /// @param argument the value as it stands on the command line
  byte[] read(Surroundings at, Optional<String> argument) throws IOException {
    if (argument.isPresent() && file.isPresent()) {
      throw Assignment.wrong("the value is named twice", "Name a VALUE or a --file, not both.");
    }
    if (file.isPresent()) {
      return Files.readAllBytes(at.directory().resolve(file.orElseThrow()));
    }
    return argument.isPresent()
        ? argument.orElseThrow().getBytes(StandardCharsets.UTF_8)
        : at.terminal().in().readAllBytes();
  }

  /// The type that was named, or that the bytes look like.
  String type(byte[] bytes) {
    return type.orElseGet(() -> guessed(bytes));
  }

  private static String guessed(byte[] bytes) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return isDocument(text.strip(), bytes) ? JSON : TEXT;
    } catch (CharacterCodingException _) {
      return BYTES;
    }
  }

  private static boolean isDocument(String text, byte[] bytes) {
    if (!text.startsWith("{") && !text.startsWith("[")) {
      return false;
    }
    try {
      Wire.read(bytes, Object.class);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
