package dev.stead.rig.load;

import dev.stead.rig.host.Entrance;
import dev.stead.rig.host.Http2Connection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A visitor that opens one stream of HTTP/2 after the other. Its connection is kept for the next,
/// and made anew when the edge says that it takes no more on it, or after a failure.
final class KeptStreams implements Visitor {
  private final Entrance edge;
  private final String app;
  private final Exchange exchange;
  private @Nullable Http2Connection connection;

  KeptStreams(Entrance edge, String app, Exchange exchange) {
    this.edge = edge;
    this.app = app;
    this.exchange = exchange;
  }

  /// What is done on one stream.
  interface Exchange {
    /// Returns when the stream has ended on both sides, or was cancelled.
    Ending over(Http2Connection connection) throws IOException;
  }

  @Override
  public Ending visit() throws IOException {
    try {
      return attempt();
    } catch (Http2Connection.UnprocessedException e) {
      // Any client sends it again.
      return attempt();
    }
  }

  private Ending attempt() throws IOException {
    var kept = connection == null ? new Http2Connection(edge, app) : connection;
    connection = null;
    try {
      var ending = exchange.over(kept);
      if (kept.isLast()) {
        kept.close();
      } else {
        connection = kept;
      }
      return ending;
    } catch (IOException e) {
      kept.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (connection != null) {
      connection.close();
    }
  }
}
