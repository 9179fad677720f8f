package dev.stead.rig.load;

import dev.stead.rig.host.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Reads an event stream for a while and checks that no event is missing.
final class EventStream implements Visitor {
  private static final Pattern EVENT = Pattern.compile("id: (\\d+)\ndata: (\\d+)");
  private static final String END = "\n\n";

  private final InetSocketAddress edge;
  private final Supplier<Stay> stay;

  EventStream(InetSocketAddress edge, Supplier<Stay> stay) {
    this.edge = edge;
    this.stay = stay;
  }

  @Override
  public Ending visit() throws IOException {
    try (var connection = new Connection(edge, "load")) {
      connection.sendHead("GET", "/events", "Accept: text/event-stream\r\n");
      var head = connection.readHead();
      head.expect(200);
      return read(connection, stay.get());
    }
  }

  // A proxy may cut the chunks anew: an event ends where its blank line is.
  private static Ending read(Connection connection, Stay stay) throws IOException {
    var release = 0;
    var number = 0;
    var unread = new StringBuilder();
    while (!stay.isOver()) {
      byte[] chunk;
      try {
        chunk = connection.readChunk();
      } catch (EOFException | SocketException e) {
        return new Ending.Cut(release, e.toString());
      }
      if (chunk.length == 0) {
        return new Ending.Cut(release, "end of stream");
      }
      unread.append(new String(chunk, StandardCharsets.US_ASCII));
      for (var end = unread.indexOf(END); end >= 0; end = unread.indexOf(END)) {
        release = release(unread.substring(0, end), number++);
        unread.delete(0, end + END.length());
      }
    }
    return Ending.DONE;
  }

  private static int release(String event, int number) throws IOException {
    var text = EVENT.matcher(event);
    if (!text.matches() || Integer.parseInt(text.group(1)) != number) {
      throw new IOException("event %d was '%s'".formatted(number, event));
    }
    return Integer.parseInt(text.group(2));
  }

  @Override
  public void close() {
    // a stream's connection lives no longer than its visit
  }
}
