package chat;

import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Everybody who is connected, and what was said last. Safe for concurrent use: called on
/// Undertow's I/O threads, which sending does not block.
///
/// Everybody is sent lines of a word and a text: `release v3` first, then `said Anna: hello` for
/// the past and for each new message. A WebSocket sends what is to be said.
final class Room {
  private static final int REMEMBERED = 50;
  private static final int MESSAGE_CHARS_MAX = 500;
  private static final long KEEP_ALIVE_MILLIS = 15_000;

  private final String release;
  private final Set<WebSocketChannel> sockets = ConcurrentHashMap.newKeySet();
  private final Set<ServerSentEventConnection> streams = ConcurrentHashMap.newKeySet();
  private final Deque<String> past = new ArrayDeque<>(); // guarded by itself, as is who joins

  Room(String release) {
    this.release = release;
  }

  void join(WebSocketChannel socket) {
    socket.addCloseTask(sockets::remove);
    socket
        .getReceiveSetter()
        .set(
            new AbstractReceiveListener() {
              @Override
              protected void onFullTextMessage(WebSocketChannel from, BufferedTextMessage message) {
                say(message.getData());
              }

              @Override
              protected long getMaxTextBufferSize() {
                return 4L * MESSAGE_CHARS_MAX;
              }
            });
    socket.resumeReceives();
    synchronized (past) {
      greeting().forEach(line -> WebSockets.sendText(line, socket, null));
      sockets.add(socket);
    }
  }

  void join(ServerSentEventConnection stream) {
    stream.addCloseTask(streams::remove);
    stream.setKeepAliveTime(KEEP_ALIVE_MILLIS);
    synchronized (past) {
      greeting().forEach(stream::send);
      streams.add(stream);
    }
  }

  /// Called with the past locked.
  private List<String> greeting() {
    Deque<String> lines = new ArrayDeque<>(past);
    lines.addFirst("release " + release);
    return List.copyOf(lines);
  }

  private void say(String message) {
    String text = message.strip().replaceAll("\\s+", " ");
    if (text.isEmpty()) {
      return;
    }
    String line = "said " + text.substring(0, Math.min(text.length(), MESSAGE_CHARS_MAX));
    synchronized (past) {
      past.addLast(line);
      if (past.size() > REMEMBERED) {
        past.removeFirst();
      }
      sockets.forEach(socket -> WebSockets.sendText(line, socket, null));
      streams.forEach(stream -> stream.send(line));
    }
  }

  /// Asks everybody to come again: by then another release answers.
  void close() {
    CloseMessage away = new CloseMessage(CloseMessage.GOING_AWAY, "a new release is here");
    sockets.forEach(socket -> WebSockets.sendClose(away, socket, null));
    streams.forEach(ServerSentEventConnection::shutdown);
  }
}
