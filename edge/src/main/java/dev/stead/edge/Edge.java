package dev.stead.edge;

import dev.stead.edge.ControlSocket.Holder;
import dev.stead.edge.control.CertificateSet;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.disk.KeptFile;
import dev.stead.edge.http.Door;
import dev.stead.edge.http.HttpEdge;
import dev.stead.edge.http.Https;
import dev.stead.edge.http.Transport;
import dev.stead.edge.routing.Probes;
import dev.stead.edge.routing.Routing;
import dev.stead.edge.routing.Target;
import dev.stead.edge.systemd.InheritedSockets;
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

/// A running edge: everything wired, listening, serving the kept table.
final class Edge implements AutoCloseable {
  private static final int LOOPS_MAX = 2;

  /// Ample for apps that are well. A request for one that is slower waits by itself, and keeps
  /// nobody else waiting.
  private static final Duration FIRST_PROBES_MAX = Duration.ofMillis(250);

  private static final Duration ALONE_MAX = Duration.ofSeconds(5);

  /// The agent asks once a second for what was counted.
  private static final Duration TRAFFIC_READ_MAX = Duration.ofSeconds(2);

  private static final long LOOK_MILLIS = 20;
  private static final long TICKET_KEY_HOURS = 1;

  private final EventLoopGroup loops;
  private final HttpEdge http;
  private final ControlServer control;
  private final ControlSocket socket;
  private final ControlServer.Ports ports;

  private Edge(
      EventLoopGroup loops,
      HttpEdge http,
      ControlServer control,
      ControlSocket socket,
      ControlServer.Ports ports) {
    this.loops = loops;
    this.http = http;
    this.control = control;
    this.socket = socket;
    this.ports = ports;
  }

  /// All or nothing: what was started is closed again when a later part cannot start.
  ///
  /// @throws IOException when it cannot listen
  static Edge start(Settings settings, String bootId, HttpEdge.Time time, PrintStream log)
      throws IOException {
    Transport transport = Transport.best();
    int count = Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors());
    var loops =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("edge"), transport.handlers());
    var routing =
        new Routing(
            new KeptFile<>(settings.table(), "routing table", RoutingTable.class), time.ticker());
    var certificates =
        new Certificates(
            new KeptFile<>(settings.certificates(), "set of certificates", CertificateSet.class));
    var challenges = new Challenges();
    var https = new Https(certificates, challenges);
    var probes = new Probes((EventLoop) loops.next(), transport.sockets());
    routing.onApplied(probes::watch);
    var http =
        new HttpEdge(
            loops,
            transport,
            routing,
            new HttpEdge.Surroundings(
                time,
                settings.bounds(),
                settings.proxies(),
                settings.accessLogs(),
                settings.uploads(),
                log,
                https));
    try {
      ControlServer.Ports ports =
          settings.inherited().isEmpty() ? listen(http, settings) : adopt(http, settings);
      https.servedOn(ports.https());
      var socket = new ControlSocket(settings.sockets());
      var control =
          new ControlServer(
              new ControlServer.Parts(routing, certificates, challenges, http), socket, ports);
      control.start(loops, transport);
      restore(control, bootId, log);
      awaitFirstProbes(routing, loops);
      http.accept(Door.HTTP);
      if (settings.servesHttps()) {
        serveHttps(https, http, loops);
      }
      return new Edge(loops, http, control, socket, ports);
    } catch (IOException | RuntimeException e) {
      http.close();
      stop(loops);
      throw e;
    }
  }

  /// Comes last, since the library takes as long to make ready as all the rest.
  private static void serveHttps(Https https, HttpEdge http, EventLoopGroup loops)
      throws IOException {
    https.open();
    loops
        .next()
        .scheduleAtFixedRate(https::rotate, TICKET_KEY_HOURS, TICKET_KEY_HOURS, TimeUnit.HOURS);
    http.accept(Door.HTTPS);
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

  /// Until something is known of every target of the kept table, no request could go there: what
  /// comes meanwhile may as well wait in the kernel.
  private static void awaitFirstProbes(Routing routing, EventLoopGroup loops) {
    long end = System.nanoTime() + FIRST_PROBES_MAX.toNanos();
    while (!known(routing) && System.nanoTime() - end < 0) {
      pause(loops);
    }
  }

  private static boolean known(Routing routing) {
    return routing.router().services().stream()
        .flatMap(service -> service.releases().stream())
        .flatMap(release -> release.targets().stream())
        .allMatch(Target::known);
  }

  private static void pause(EventLoopGroup loops) {
    loops.next().schedule(() -> {}, LOOK_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  private static ControlServer.Ports adopt(HttpEdge http, Settings settings) throws IOException {
    int plain = 0;
    int tls = 0;
    for (InheritedSockets.Inherited socket : settings.inherited().reversed()) {
      if (Settings.isHttps(socket)) {
        tls = http.adopt(socket.descriptor(), Door.HTTPS);
      } else {
        plain = http.adopt(socket.descriptor(), Door.HTTP);
      }
    }
    return new ControlServer.Ports(plain, tls);
  }

  private static ControlServer.Ports listen(HttpEdge http, Settings settings) throws IOException {
    int plain = listen(http, settings, settings.port(), Door.HTTP);
    Integer wanted = settings.httpsPort();
    int tls = wanted == null ? 0 : listen(http, settings, wanted, Door.HTTPS);
    return new ControlServer.Ports(plain, tls);
  }

  private static int listen(HttpEdge http, Settings settings, int wanted, Door door)
      throws IOException {
    List<InetSocketAddress> addresses = settings.addresses(wanted);
    int port = http.listen(addresses.getFirst(), door);
    for (InetSocketAddress more : settings.addresses(port).subList(1, addresses.size())) {
      http.listenIfThere(more, door);
    }
    return port;
  }

  int port() {
    return ports.http();
  }

  /// Where TLS is served; 0 where it is not.
  int httpsPort() {
    return ports.https();
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
    awaitTrafficRead();
  }

  /// What was counted here would be lost with this process.
  private void awaitTrafficRead() throws IOException {
    control.trafficOver();
    long end = System.nanoTime() + TRAFFIC_READ_MAX.toNanos();
    while (!control.lastTrafficRead()
        && socket.holder() == Holder.ANOTHER
        && System.nanoTime() - end < 0) {
      pause(loops);
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
