package dev.stead.edge.http;

import dev.stead.edge.routing.LiveService;
import dev.stead.edge.routing.Routing;
import dev.stead.edge.traffic.LoopTraffic;
import dev.stead.edge.traffic.ReleaseName;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// One event loop's share of the edge: its client connections, its connections to targets, its
/// sense of time. Touched by that loop alone.
///
/// There are no timers per request: every [#SWEEP_MILLIS] all connections are asked what has become
/// overdue, on the monotonic clock (edge.md, trap 5).
final class Worker {
  private static final long SWEEP_MILLIS = 100;
  private static final String ID_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int ID_LENGTH = 20;
  private static final int WEB_SOCKET_KEY_BYTES = 16;

  private final EventLoop loop;
  private final Routing routing;
  private final Upstreams upstreams;
  private final StaticFiles files;
  private final AccessLog accessLog;
  private final Uploads uploads;
  private final Crowd crowd;
  private final Proxies proxies;
  private final Https https;
  private final HouseRules rules;
  private final Compression.Slots compressions = new Compression.Slots();
  private final Ticker ticker;
  private final InstantSource clock;
  private final long bodyRateMin;
  private final PrintStream log;
  private final SplittableRandom random;
  private final Set<Connection> connections = new HashSet<>();
  private final LoopTraffic traffic = new LoopTraffic();
  private boolean retiring;
  private boolean stopping;

  Worker(EventLoop loop, Upstreams upstreams, HttpEdge.Parts parts, long seed) {
    this.loop = loop;
    this.upstreams = upstreams;
    this.routing = parts.routing();
    this.files = parts.files();
    this.accessLog = parts.accessLog();
    this.uploads = parts.uploads();
    this.crowd = parts.crowd();
    this.proxies = parts.around().proxies();
    this.https = parts.around().https();
    this.rules = new HouseRules(https, new Passwords(loop, parts.checking()));
    this.ticker = parts.around().time().ticker();
    this.clock = parts.around().time().clock();
    this.bodyRateMin = parts.around().bounds().bodyRateMin();
    this.log = parts.around().log();
    this.random = new SplittableRandom(seed);
  }

  void start() {
    loop.scheduleAtFixedRate(
        () -> {
          try {
            sweep();
          } catch (RuntimeException e) {
            bug("in a sweep", e);
          }
        },
        SWEEP_MILLIS,
        SWEEP_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /// Ends what is idle now and everything else after its present answer.
  void stop() {
    stopping = true;
    sweep();
  }

  /// Tells every client with its next answer to come no more.
  void retire() {
    retiring = true;
  }

  boolean retiring() {
    return retiring;
  }

  boolean stopping() {
    return stopping;
  }

  boolean idle() {
    return connections.isEmpty();
  }

  void close() {
    List.copyOf(connections).forEach(Connection::close);
    upstreams.close();
  }

  EventLoop loop() {
    return loop;
  }

  Routing routing() {
    return routing;
  }

  Upstreams upstreams() {
    return upstreams;
  }

  StaticFiles files() {
    return files;
  }

  Https https() {
    return https;
  }

  HouseRules rules() {
    return rules;
  }

  AccessLog accessLog() {
    return accessLog;
  }

  Uploads uploads() {
    return uploads;
  }

  Compression.Slots compressions() {
    return compressions;
  }

  Proxies proxies() {
    return proxies;
  }

  Crowd crowd() {
    return crowd;
  }

  LoopTraffic traffic() {
    return traffic;
  }

  long bodyRateMin() {
    return bodyRateMin;
  }

  long nanos() {
    return ticker.nanoTime();
  }

  long millis() {
    return clock.millis();
  }

  /// A number from 0 to 1, evenly spread.
  float share() {
    return (float) random.nextDouble();
  }

  /// A number from 0 on, below the bound.
  int draw(int bound) {
    return random.nextInt(bound);
  }

  /// 100 random bits.
  String requestId() {
    var id = new char[ID_LENGTH];
    long bits = 0;
    for (int i = 0; i < ID_LENGTH; i++) {
      bits = i % 10 == 0 ? random.nextLong() : bits >>> 5;
      id[i] = ID_DIGITS.charAt((int) (bits & 31));
    }
    return new String(id);
  }

  /// What a WebSocket's opening handshake shows to be fresh: 16 random bytes (RFC 6455 4.1).
  String webSocketKey() {
    var bytes = new byte[WEB_SOCKET_KEY_BYTES];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  void add(Connection connection) {
    connections.add(connection);
  }

  void remove(Connection connection) {
    connections.remove(connection);
  }

  void bug(String where, Throwable cause) {
    log.println("edge: a bug " + where + ":");
    cause.printStackTrace(log);
  }

  /// Lets go of idle connections to targets that have just left the table, and of the counts of
  /// releases that have, once they have drained.
  void tableApplied() {
    upstreams.sweep(nanos());
    Set<ReleaseName> listed = new HashSet<>();
    for (LiveService service : routing.router().services()) {
      listed.add(name(service));
      if (service.canary() != null) {
        listed.add(name(service.canary()));
      }
    }
    traffic.tableApplied(listed, nanos());
  }

  private static ReleaseName name(LiveService service) {
    return new ReleaseName(service.listed().name(), service.listed().release());
  }

  private void sweep() {
    long now = nanos();
    for (Connection connection : new ArrayList<>(connections)) {
      connection.sweep(now);
    }
    upstreams.sweep(now);
  }
}
