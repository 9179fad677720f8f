package dev.stead.rig.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Reads an event stream for a while and checks that no event is missing.
final class EventStream implements Visitor {
  private static final Pattern EVENT = Pattern.compile("id: (\\d+)\ndata: (\\d+)\n\n");

  private final int port;
  private final Supplier<Stay> stay;

  EventStream(int port, Supplier<Stay> stay) {
    this.port = port;
    this.stay = stay;
  }

  @Override
  public Ending visit() throws IOException {
    try (var connection = new Connection(port)) {
      connection.sendHead("GET", "/events", "Accept: text/event-stream\r\n");
      var head = connection.readHead();
      head.expect(200);
      return read(connection, stay.get());
    }
  }

  private static Ending read(Connection connection, Stay stay) throws IOException {
    var release = 0;
    for (var number = 0; !stay.isOver(); number++) {
      byte[] event;
      try {
        event = connection.readChunk();
      } catch (EOFException | SocketException e) {
        return new Ending.Cut(release, e.toString());
      }
      if (event.length == 0) {
        return new Ending.Cut(release, "end of stream");
      }
      var text = EVENT.matcher(new String(event, StandardCharsets.US_ASCII));
      if (!text.matches() || Integer.parseInt(text.group(1)) != number) {
        throw new IOException(
            "event %d was '%s'".formatted(number, new String(event, StandardCharsets.US_ASCII)));
      }
      release = Integer.parseInt(text.group(2));
    }
    return Ending.DONE;
  }

  @Override
  public void close() {
    // a stream's connection lives no longer than its visit
  }
}
