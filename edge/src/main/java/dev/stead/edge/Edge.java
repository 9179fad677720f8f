package dev.stead.edge;

import dev.stead.edge.ControlSocket.Holder;
import dev.stead.edge.control.CertificateSet;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.disk.KeptFile;
import dev.stead.edge.http.HttpEdge;
import dev.stead.edge.http.Transport;
import dev.stead.edge.routing.Probes;
import dev.stead.edge.routing.Routing;
import dev.stead.edge.routing.Target;
import dev.stead.edge.systemd.NotifySocket;
import dev.stead.edge.tls.Certificates;
import dev.stead.edge.tls.Challenges;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// A running edge: everything wired, listening, serving the kept table.
final class Edge implements AutoCloseable {
  private static final int LOOPS_MAX = 2;
  private static final Duration FIRST_PROBES_MAX = Duration.ofSeconds(2);
  private static final Duration ALONE_MAX = Duration.ofSeconds(5);
  private static final long LOOK_MILLIS = 20;

  private final EventLoopGroup loops;
  private final HttpEdge http;
  private final ControlServer control;
  private final ControlSocket socket;
  private final int port;

  private Edge(
      EventLoopGroup loops, HttpEdge http, ControlServer control, ControlSocket socket, int port) {
    this.loops = loops;
    this.http = http;
    this.control = control;
    this.socket = socket;
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
    var routing =
        new Routing(
            new KeptFile<>(settings.table(), "routing table", RoutingTable.class, json),
            time.ticker());
    var certificates =
        new Certificates(
            new KeptFile<>(
                settings.certificates(), "set of certificates", CertificateSet.class, json));
    var challenges = new Challenges();
    var probes = new Probes((EventLoop) loops.next(), transport.sockets());
    routing.onApplied(probes::watch);
    var http =
        new HttpEdge(
            loops, transport, routing, new HttpEdge.Surroundings(time, settings.bounds(), log));
    try {
      int port = settings.inherited().isEmpty() ? listen(http, settings) : adopt(http, settings);
      var socket = new ControlSocket(settings.sockets());
      var control =
          new ControlServer(
              new ControlServer.Parts(routing, certificates, challenges),
              json,
              socket,
              new ControlServer.Ports(port, 0));
      control.start(loops, transport);
      restore(control, bootId, log);
      awaitFirstProbes(routing, loops);
      http.accept();
      return new Edge(loops, http, control, socket, port);
    } catch (IOException | RuntimeException e) {
      http.close();
      stop(loops);
      throw e;
    }
  }

  private static void restore(ControlServer control, String bootId, PrintStream log) {
    try {
      control.restoreTable(bootId);
    } catch (IOException e) {
      log.println("edge: " + e.getMessage());
    }
    try {
      control.restoreCertificates();
    } catch (IOException e) {
      log.println("edge: " + e.getMessage());
    }
  }

  /// Until something is known of every target of the kept table, no request could go there.
  private static void awaitFirstProbes(Routing routing, EventLoopGroup loops) {
    long end = System.nanoTime() + FIRST_PROBES_MAX.toNanos();
    while (!known(routing) && System.nanoTime() - end < 0) {
      pause(loops);
    }
  }

  private static boolean known(Routing routing) {
    return routing.router().services().stream()
        .flatMap(service -> service.targets().stream())
        .allMatch(Target::known);
  }

  private static void pause(EventLoopGroup loops) {
    loops.next().schedule(() -> {}, LOOK_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  private static int adopt(HttpEdge http, Settings settings) throws IOException {
    int port = 0;
    for (int descriptor : settings.inherited().reversed()) {
      port = http.adopt(descriptor);
    }
    return port;
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

  /// Keeps telling the service manager that this edge is alive, if that wants to know.
  void tell(NotifySocket manager, PrintStream log) {
    manager.signOfLifeEvery().ifPresent(every -> Pulse.start(loops, manager, every, log));
  }

  /// Ends the way that hurts nobody, when another edge has taken over: whoever is connected here is
  /// served on, within the budgets of a drain, and told to come back elsewhere. Returns when they
  /// have gone, or when there is no other edge any more either: Stead, or the machine, ends then.
  /// Returns at once when nobody has taken over.
  void retire() throws IOException {
    if (socket.holder() != Holder.ANOTHER) {
      return;
    }
    http.retire();
    long seenNanos = System.nanoTime();
    while (!http.idle() && System.nanoTime() - seenNanos < ALONE_MAX.toNanos()) {
      pause(loops);
      if (socket.holder() == Holder.ANOTHER) {
        seenNanos = System.nanoTime();
      }
    }
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
