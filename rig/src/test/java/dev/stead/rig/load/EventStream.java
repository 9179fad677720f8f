package dev.stead.rig.load;

import dev.stead.rig.host.Connection;
import dev.stead.rig.host.Entrance;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.function.Supplier;

/// Reads an event stream for a while and checks that no event is missing.
final class EventStream implements Visitor {
  private final Entrance edge;
  private final Supplier<Stay> stay;

  EventStream(Entrance edge, Supplier<Stay> stay) {
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

  private static Ending read(Connection connection, Stay stay) throws IOException {
    var events = new Events();
    while (!stay.isOver()) {
      byte[] chunk;
      try {
        chunk = connection.readChunk();
      } catch (EOFException | SocketException e) {
        return new Ending.Cut(events.release(), e.toString());
      }
      if (chunk.length == 0) {
        return new Ending.Cut(events.release(), "end of stream");
      }
      events.read(chunk);
    }
    return Ending.DONE;
  }

  @Override
  public void close() {
    // a stream's connection lives no longer than its visit
  }
}
