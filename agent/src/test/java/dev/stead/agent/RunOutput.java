package dev.stead.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stead.sdk.Http;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;

/// What a run printed, taken apart as a client does it.
final class RunOutput {
  final ByteArrayOutputStream output = new ByteArrayOutputStream();
  final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final DataInputStream frames;
  private int exitCode = -1;

  RunOutput(Http.Answer answer) {
    this.frames = new DataInputStream(answer.body());
  }

  /// Reads it to its end.
  RunOutput all() throws IOException {
    var more = true;
    while (more) {
      more = next();
    }
    return this;
  }

  /// Reads until the output contains a text.
  RunOutput until(String text) throws IOException {
    while (!output().contains(text)) {
      if (!next()) {
        throw new AssertionError("ended without '%s': %s".formatted(text, output()));
      }
    }
    return this;
  }

  String output() {
    return output.toString(UTF_8);
  }

  int exitCode() {
    return exitCode;
  }

  private boolean next() throws IOException {
    var kind = frames.readByte();
    var bytes = frames.readNBytes(frames.readInt());
    switch (kind) {
      case 1 -> output.write(bytes);
      case 2 -> errors.write(bytes);
      case 3 -> exitCode = Integer.parseInt(new String(bytes, UTF_8));
      default -> throw new AssertionError("frame of kind " + kind);
    }
    return kind != 3;
  }
}
