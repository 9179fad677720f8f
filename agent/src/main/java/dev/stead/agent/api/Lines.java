package dev.stead.agent.api;

import dev.stead.sdk.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An answer of NDJSON, one record a line, each sent as it comes. It begins with the first line:
/// what is refused before that is still an answer of its own.
///
/// When the client leaves, the thread that made this is interrupted, since it may wait for a line
/// that never comes.
final class Lines {
  private final Exchange exchange;
  private @Nullable AnswerStream stream;

  Lines(Exchange exchange) {
    this.exchange = exchange;
    var writer = Thread.currentThread();
    exchange.whenClientLeaves(writer::interrupt);
  }

  /// Sends a record.
  ///
  /// @throws UncheckedIOException when the client left
  void write(Object record) {
    try {
      var json = Wire.write(record);
      var line = Arrays.copyOf(json, json.length + 1);
      line[json.length] = '\n';
      stream().write(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends the answer.
  void end() throws IOException {
    stream().close();
  }

  private AnswerStream stream() throws IOException {
    if (stream == null) {
      stream = exchange.stream("application/x-ndjson");
    }
    return stream;
  }
}
