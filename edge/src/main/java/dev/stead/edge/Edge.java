package dev.stead.edge;

import dev.stead.edge.http.HttpEdge;
import dev.stead.edge.http.Transport;
import dev.stead.edge.routing.Probes;
import dev.stead.edge.routing.Routing;
import dev.stead.edge.routing.TableFile;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// A running edge: everything wired, listening, serving the kept table.
final class Edge implements AutoCloseable {
  private static final int LOOPS_MAX = 2;

  private final EventLoopGroup loops;
  private final HttpEdge http;
  private final ControlServer control;
  private final int port;

  private Edge(EventLoopGroup loops, HttpEdge http, ControlServer control, int port) {
    this.loops = loops;
    this.http = http;
    this.control = control;
    this.port = port;
  }

  /// JSON as control socket, table and settings have it.
  static JsonMapper json() {
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }

  /// All or nothing: what was started is closed again when a later part cannot start.
  ///
  /// @throws IOException when it cannot listen
  static Edge start(
      Settings settings, String bootId, HttpEdge.Time time, PrintStream log, JsonMapper json)
      throws IOException {
    Transport transport = Transport.best();
    int count = Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors());
    var loops =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("edge"), transport.handlers());
    var routing = new Routing(new TableFile(settings.table(), json), time.ticker());
    var probes = new Probes((EventLoop) loops.next(), transport.sockets());
    routing.onApplied(probes::watch);
    var http =
        new HttpEdge(
            loops, transport, routing, new HttpEdge.Surroundings(time, settings.bounds(), log));
    try {
      restore(routing, bootId, log);
      int port = listen(http, settings);
      var control = new ControlServer(routing, json, settings.socket(), port);
      control.start(loops, transport);
      return new Edge(loops, http, control, port);
    } catch (IOException | RuntimeException e) {
      http.close();
      stop(loops);
      throw e;
    }
  }

  private static void restore(Routing routing, String bootId, PrintStream log) {
    try {
      routing.restore(bootId);
    } catch (IOException e) {
      log.println("edge: " + e.getMessage());
    }
  }

  private static int listen(HttpEdge http, Settings settings) throws IOException {
    List<InetSocketAddress> addresses = settings.addresses(settings.port());
    int port = http.listen(addresses.getFirst());
    for (InetSocketAddress more : settings.addresses(port).subList(1, addresses.size())) {
      http.listenIfThere(more);
    }
    return port;
  }

  int port() {
    return port;
  }

  @Override
  public void close() throws IOException {
    control.close();
    http.close();
    stop(loops);
  }

  private static void stop(EventLoopGroup loops) {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
