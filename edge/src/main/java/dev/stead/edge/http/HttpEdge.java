package dev.stead.edge.http;

import dev.stead.edge.control.AccessLogFiles;
import dev.stead.edge.routing.Routing;
import dev.stead.edge.traffic.LoopTraffic;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The edge's face to its clients: listening sockets, and one [Worker] per event loop.
public final class HttpEdge implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final Duration STOP_MAX = Duration.ofSeconds(2);
  private static final long STOP_LOOK_MILLIS = 20;
  private static final long CHECKING_IDLE_SECONDS = 10;

  private final Map<EventLoop, Worker> workers = new HashMap<>();
  private final Map<Door, List<Channel>> listeners = new EnumMap<>(Door.class);
  private final EventLoopGroup loops;
  private final Transport transport;
  private final StaticFiles files;
  private final ExecutorService checking = checking();
  private final AccessLog accessLog;
  private final Uploads uploads;

  /// What every worker works with.
  ///
  /// @param checking where passwords are checked
  record Parts(
      Routing routing,
      StaticFiles files,
      Executor checking,
      AccessLog accessLog,
      Uploads uploads,
      Crowd crowd,
      Surroundings around) {}

  public HttpEdge(EventLoopGroup loops, Transport transport, Routing routing, Surroundings around) {
    this.loops = loops;
    this.transport = transport;
    this.files = new StaticFiles();
    this.accessLog = new AccessLog(around.accessLogs(), around.log());
    this.uploads = new Uploads(around.uploads(), around.bounds().uploadBytesMax(), around.log());
    var crowd = new Crowd(around.bounds());
    var parts = new Parts(routing, files, checking, accessLog, uploads, crowd, around);
    var seeds = new SecureRandom();
    for (EventExecutor executor : loops) {
      var loop = (EventLoop) executor;
      var upstreams = new Upstreams(loop, transport, around.time().ticker());
      workers.put(loop, new Worker(loop, upstreams, parts, seeds.nextLong()));
    }
    workers.forEach((loop, worker) -> loop.execute(worker::start));
    routing.onApplied(
        router -> workers.forEach((loop, worker) -> loop.execute(worker::tableApplied)));
  }

  /// One thread, which ends when nobody has shown a password for a while: guessing keeps one core
  /// busy at most.
  private static ExecutorService checking() {
    var threads =
        new ThreadPoolExecutor(
            1,
            1,
            CHECKING_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(Passwords.WAITING_MAX),
            Thread.ofPlatform().name("passwords").factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /// The two clocks: one that never steps, for deadlines, and one that tells the time of day, only
  /// for what the outside world reads.
  public record Time(Ticker ticker, InstantSource clock) {}

  /// What the edge is told by whoever starts it.
  ///
  /// @param uploads the directory for bodies that are taken before a target is asked
  public record Surroundings(
      Time time,
      Bounds bounds,
      Proxies proxies,
      AccessLogFiles accessLogs,
      Path uploads,
      PrintStream log,
      Https https) {}

  /// Begins to take connections at a door, also those that came since its sockets listen.
  public void accept(Door door) {
    at(door).forEach(listener -> listener.config().setAutoRead(true));
  }

  private List<Channel> at(Door door) {
    return listeners.computeIfAbsent(door, _ -> new ArrayList<>());
  }

  /// Listens, and returns the port; nobody is served before [#accept(Door)].
  ///
  /// @throws IOException when it cannot, for one when the port is taken
  public int listen(InetSocketAddress address, Door door) throws IOException {
    ChannelFuture bound = bind(address, door);
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on %s port %d: %s. Stop what listens there, or choose another port with %s."
              .formatted(
                  address.getAddress().getHostAddress(),
                  address.getPort(),
                  bound.cause().getMessage(),
                  door.flag()),
          bound.cause());
    }
    at(door).add(bound.channel());
    return ((InetSocketAddress) bound.channel().localAddress()).getPort();
  }

  /// Listens there too, unless the machine has no such address.
  public void listenIfThere(InetSocketAddress address, Door door) throws IOException {
    ChannelFuture bound = bind(address, door);
    if (bound.isSuccess()) {
      at(door).add(bound.channel());
    }
  }

  /// Serves a socket that listens already and that somebody else holds open, and returns its port.
  ///
  /// @throws IOException when it is no such socket
  public int adopt(int descriptor, Door door) throws IOException {
    ServerChannel inherited = transport.adopt(descriptor);
    ChannelFuture adopted =
        bootstrap(door).channelFactory(() -> inherited).register().awaitUninterruptibly();
    if (adopted.isSuccess() && inherited.localAddress() instanceof InetSocketAddress address) {
      at(door).add(inherited);
      return address.getPort();
    }
    inherited.close().awaitUninterruptibly();
    throw new IOException(
        "the inherited descriptor %d is no listening internet socket".formatted(descriptor),
        adopted.cause());
  }

  private ChannelFuture bind(InetSocketAddress address, Door door) {
    return bootstrap(door)
        .channelFactory(transport.listeners())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .bind(address)
        .awaitUninterruptibly();
  }

  private ServerBootstrap bootstrap(Door door) {
    return new ServerBootstrap()
        .group(loops)
        .option(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                accept(channel, door);
              }
            });
  }

  private void accept(Channel channel, Door door) {
    Worker worker = workers.get(channel.eventLoop());
    if (worker == null) {
      throw new IllegalStateException("a connection on an event loop that is none of ours");
    }
    var guest = new Guest(worker.crowd(), worker.proxies(), door);
    if (worker.proxies().announces(channel.remoteAddress())) {
      new ProxyOpening(worker, guest, announced -> open(announced, worker, guest))
          .join(channel.pipeline());
    } else {
      open(channel, worker, guest);
    }
  }

  private static void open(Channel channel, Worker worker, Guest guest) {
    switch (guest.door()) {
      case HTTP -> {
        var decoder = new RequestDecoder();
        var encoder = new ResponseEncoder();
        channel
            .pipeline()
            .addLast(decoder, encoder, new ClientConnection(worker, guest, decoder, encoder));
      }
      case HTTPS ->
          channel.pipeline().addLast(worker.https().reader(), new TlsOpening(worker, guest));
    }
  }

  /// Accepts nothing more and lets its clients go without a failed request: whoever asks once more
  /// on a kept connection is served and told that this was the last time, and what is in flight has
  /// the budgets of a drain. Idle connections end after a while of their own.
  public void retire() {
    stopListening();
    workers.forEach((loop, worker) -> loop.submit(worker::retire).awaitUninterruptibly());
  }

  /// What has been counted since this edge began, on all loops together. Waits for each of them, so
  /// no event loop may ask.
  public LoopTraffic traffic() {
    var sum = new LoopTraffic();
    workers.forEach(
        (loop, worker) ->
            loop.submit(() -> worker.traffic().addTo(sum, worker.nanos())).awaitUninterruptibly());
    return sum;
  }

  /// Whether no client is connected.
  public boolean idle() {
    return !busy();
  }

  private void stopListening() {
    // Closing alone would leave an inherited socket in epoll, as others hold it open.
    for (List<Channel> atDoor : listeners.values()) {
      for (Channel listener : atDoor) {
        listener.deregister().awaitUninterruptibly();
        listener.close().awaitUninterruptibly();
      }
    }
    listeners.clear();
  }

  /// Accepts nothing more, gives requests in flight a moment, then closes everything.
  @Override
  public void close() {
    stopListening();
    workers.forEach(
        (loop, worker) -> {
          loop.submit(worker::stop).awaitUninterruptibly();
        });
    long end = System.nanoTime() + STOP_MAX.toNanos();
    while (busy() && System.nanoTime() - end < 0) {
      loops
          .next()
          .schedule(() -> {}, STOP_LOOK_MILLIS, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly();
    }
    workers.forEach((loop, worker) -> loop.submit(worker::close).awaitUninterruptibly());
    files.close();
    checking.shutdownNow();
    accessLog.close();
    uploads.close();
  }

  private boolean busy() {
    boolean busy = false;
    for (Map.Entry<EventLoop, Worker> each : workers.entrySet()) {
      Boolean idle = each.getKey().submit(each.getValue()::idle).awaitUninterruptibly().getNow();
      busy |= idle == null || !idle;
    }
    return busy;
  }
}
