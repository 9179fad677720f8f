package dev.stead.agent.deploy;

import dev.stead.edge.control.Awaited;
import dev.stead.edge.control.EdgeReport;
import dev.stead.edge.control.EdgeReport.TargetReport;
import dev.stead.edge.control.Refused;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Service;
import dev.stead.sdk.Wire;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The edge's control socket with nothing behind it: a real server on a real unix socket that keeps
/// the tables it is given. What the edge does with them is the edge's own affair; here drains end
/// when the test says so.
final class StandInEdge implements AutoCloseable {
  private final Path socket;
  private final List<RoutingTable> tables = new ArrayList<>();
  private final List<Exchange> draining = new ArrayList<>();
  private final List<String> declines = new ArrayList<>();
  private final List<Exchange> awaiting = new ArrayList<>();
  private List<String> awaited = List.of();
  private Optional<Duration> idle = Optional.empty();
  private boolean drainsWait;
  private ServerSocketChannel server;

  StandInEdge(Path socket) throws IOException {
    this.socket = socket;
    this.server = listen();
  }

  private ServerSocketChannel listen() throws IOException {
    Files.createDirectories(socket.getParent());
    Files.deleteIfExists(socket);
    var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().name("stand-in edge").start(() -> serve(channel));
    return channel;
  }

  private void serve(ServerSocketChannel channel) {
    try {
      while (true) {
        var connection = channel.accept();
        Thread.ofVirtual().start(() -> answer(connection));
      }
    } catch (ClosedChannelException e) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One request, one answer, then the connection closes.
  private record Exchange(SocketChannel channel) {
    void end(int status, byte[] body) {
      try (channel) {
        var head =
            "HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                .formatted(status, body.length);
        var out = Channels.newOutputStream(channel);
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
      } catch (IOException e) {
        // Who asked has ended meanwhile.
        return;
      }
    }
  }

  private void answer(SocketChannel channel) {
    try {
      var in = new BufferedInputStream(Channels.newInputStream(channel));
      var request = line(in);
      if (request.isEmpty()) {
        return;
      }
      var path = request.split(" ", 3)[1];
      var length = 0;
      for (var header = line(in); !header.isEmpty(); header = line(in)) {
        if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(header.substring(15).strip());
        }
      }
      answer(path, in.readNBytes(length), new Exchange(channel));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (var c = in.read(); c != '\n' && c >= 0; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private synchronized void answer(String path, byte[] body, Exchange exchange) {
    switch (path) {
      case "/v1/table" -> {
        if (declines.isEmpty()) {
          tables.add(Wire.read(body, RoutingTable.class));
          exchange.end(200, new byte[0]);
        } else {
          exchange.end(422, Wire.write(new Refused(declines)));
          declines.clear();
        }
      }
      case "/v1/status" -> {
        var generation = tables.isEmpty() ? 0 : tables.getLast().generation();
        exchange.end(200, Wire.write(new EdgeReport("test", generation, 0, 8080, 0, targets())));
      }
      case "/v1/awaited" -> {
        awaiting.add(exchange);
        tellAwaited();
      }
      case "/v1/drained" -> {
        draining.add(exchange);
        letGo();
      }
      default -> exchange.end(404, new byte[0]);
    }
  }

  private List<TargetReport> targets() {
    return tables.isEmpty()
        ? List.of()
        : tables.getLast().services().stream()
            .flatMap(service -> service.targets().stream())
            .map(target -> new TargetReport(target.id(), false, true, 0, 0, idle))
            .toList();
  }

  private void tellAwaited() {
    if (!awaited.isEmpty()) {
      awaiting.forEach(exchange -> exchange.end(200, Wire.write(new Awaited(awaited))));
      awaiting.clear();
    }
  }

  /// For how long nothing has come for any target; something is in flight when empty.
  synchronized void idle(Optional<Duration> since) {
    idle = since;
  }

  /// From now on requests wait for these apps.
  synchronized void requestsWait(String... apps) {
    awaited = List.of(apps);
    tellAwaited();
  }

  private void letGo() {
    if (!drainsWait) {
      for (var exchange : draining) {
        exchange.end(200, new byte[0]);
      }
      draining.clear();
    }
  }

  /// From now on drains do not end.
  synchronized void holdDrains() {
    drainsWait = true;
  }

  synchronized void endDrains() {
    drainsWait = false;
    letGo();
  }

  /// The next table is refused.
  synchronized void decline(String problem) {
    declines.add(problem);
  }

  /// Every table so far, oldest first.
  synchronized List<RoutingTable> tables() {
    return List.copyOf(tables);
  }

  /// The app in the table in force.
  synchronized Optional<Service> service(String app) {
    return tables.isEmpty()
        ? Optional.empty()
        : tables.getLast().services().stream()
            .filter(service -> service.name().equals(app))
            .findFirst();
  }

  /// Dies and comes back having forgotten its table.
  synchronized void restart() throws IOException {
    server.close();
    tables.clear();
    server = listen();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
