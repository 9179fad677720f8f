package dev.stead.agent.api;

import dev.stead.sdk.RevisionTag;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// An answer of server-sent events (WHATWG HTML, 9.2), each sent as it comes. It begins at once.
///
/// When the client leaves, the thread that made this is interrupted, since it may wait for an event
/// that never comes.
final class ServerSentEvents {
  private final AnswerStream stream;

  ServerSentEvents(Exchange exchange) throws IOException {
    var writer = Thread.currentThread();
    exchange.whenClientLeaves(writer::interrupt);
    stream = exchange.with("Cache-Control", "no-store").stream("text/event-stream");
  }

  /// Says where the stream stands without an event: what a client that is cut off here comes back
  /// with as its `Last-Event-ID`.
  void place(RevisionTag id) throws IOException {
    write("id: %s\n\n".formatted(id));
  }

  /// Sends a record as JSON, which has no line feeds.
  void event(RevisionTag id, Object record) throws IOException {
    var json = new String(Wire.write(record), StandardCharsets.UTF_8);
    write("id: %s\ndata: %s\n\n".formatted(id, json));
  }

  /// Sends something that no client hears, so that a connection that is dead is found out.
  void alive() throws IOException {
    write(":\n\n");
  }

  private void write(String text) throws IOException {
    stream.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
