package dev.stead.edge;

import dev.stead.edge.control.AwaitDrained;
import dev.stead.edge.control.Awaited;
import dev.stead.edge.control.CertificateSet;
import dev.stead.edge.control.ChallengeSet;
import dev.stead.edge.control.EdgeReport;
import dev.stead.edge.control.Refused;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Uncertified;
import dev.stead.edge.http.HttpEdge;
import dev.stead.edge.http.Transport;
import dev.stead.edge.routing.Routing;
import dev.stead.edge.tls.Certificates;
import dev.stead.edge.tls.Challenges;
import dev.stead.sdk.Wire;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The agent's door to the edge: HTTP/JSON on a unix socket that only the edge's own user may open
/// (see the package `control` for what is said there).
///
/// What is pushed is applied on one thread of its own, one after the other, since that writes to
/// disk.
final class ControlServer implements AutoCloseable {
  private static final int BODY_BYTES_MAX = 16 << 20;
  private static final long LOOK_MILLIS = 20;

  /// An agent that is gone is not answered for longer than that.
  private static final long AWAITED_NANOS_MAX = Duration.ofSeconds(20).toNanos();

  private static final int UNPROCESSABLE = 422;

  private final Parts parts;
  private final ControlSocket socket;
  private final Ports ports;
  private final ExecutorService pushes =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("push").factory());
  private final ExecutorService reports =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("traffic").factory());
  private final String edge = UUID.randomUUID().toString();
  private @Nullable Channel listener;
  private volatile boolean idle;
  private volatile boolean lastTrafficRead;

  /// What is talked about.
  record Parts(Routing routing, Certificates certificates, Challenges challenges, HttpEdge http) {}

  /// Where clients are served; 0 where they are not.
  record Ports(int http, int https) {}

  /// What is pushed: its JSON's type, its name in messages, and what takes it.
  private record Push<T>(Class<T> type, String what, Taking<T> taking) {
    interface Taking<T> {
      Optional<Refused> apply(T pushed) throws IOException;
    }
  }

  ControlServer(Parts parts, ControlSocket socket, Ports ports) {
    this.parts = parts;
    this.socket = socket;
    this.ports = ports;
  }

  /// Listens, and takes over from an edge that was there.
  ///
  /// @throws IOException when it cannot
  void start(EventLoopGroup loops, Transport transport) throws IOException {
    Path path = socket.own();
    Files.createDirectories(path.getParent());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(transport.unixListeners())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpServerKeepAliveHandler(),
                            new HttpObjectAggregator(BODY_BYTES_MAX),
                            new Conversation());
                  }
                })
            .bind(transport.unixAddress(path))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on %s: %s".formatted(path, bound.cause().getMessage()), bound.cause());
    }
    listener = bound.channel();
    socket.takeOver();
  }

  /// Restores the kept table, unless a newer one has been pushed by now. Only once this edge is the
  /// one that is spoken to: a table that its predecessor took before is on disk.
  ///
  /// @throws IOException when the kept table cannot be used
  void restoreTable(String bootId) throws IOException {
    restore(
        () -> {
          if (parts.routing().generation() == 0) {
            parts.routing().restore(bootId);
          }
          return null;
        });
  }

  /// Restores the kept certificates, as [#restoreTable] does the table.
  ///
  /// @throws IOException when the kept certificates cannot be used
  void restoreCertificates() throws IOException {
    restore(
        () -> {
          if (parts.certificates().generation() == 0) {
            parts.certificates().restore();
          }
          return null;
        });
  }

  private void restore(Callable<?> restoring) throws IOException {
    Future<?> restored = pushes.submit(restoring);
    try {
      restored.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException unusable) {
        throw unusable;
      }
      throw new IllegalStateException("restoring what was kept", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the starting thread", e);
    }
  }

  /// Says that nothing more will be counted.
  void trafficOver() {
    idle = true;
  }

  /// Whether somebody has read what was counted since nothing more is.
  boolean lastTrafficRead() {
    return lastTrafficRead;
  }

  @Override
  public void close() throws IOException {
    if (listener != null) {
      listener.close().awaitUninterruptibly();
      listener = null;
      socket.remove();
    }
    pushes.shutdown();
    // An answer that is under way needs the loops, which end next.
    reports.close();
  }

  /// One connection of the agent's.
  private final class Conversation extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      byte[] body = ByteBufUtil.getBytes(request.content());
      switch (request.method() + " " + request.uri()) {
        case "PUT /v1/table" ->
            take(
                ctx, body, new Push<>(RoutingTable.class, "routing table", parts.routing()::apply));
        case "PUT /v1/certificates" ->
            take(
                ctx,
                body,
                new Push<>(
                    CertificateSet.class, "set of certificates", parts.certificates()::apply));
        case "PUT /v1/challenges" ->
            take(
                ctx,
                body,
                new Push<>(ChallengeSet.class, "set of challenges", parts.challenges()::apply));
        case "GET /v1/status" -> answer(ctx, HttpResponseStatus.OK, report());
        case "GET /v1/traffic" -> reports.execute(() -> answerTraffic(ctx));
        case "POST /v1/drained" -> awaitDrained(ctx, body);
        case "POST /v1/awaited" -> awaitRequests(ctx, System.nanoTime());
        case "POST /v1/uncertified" -> awaitUncertified(ctx, System.nanoTime());
        default ->
            answer(
                ctx,
                HttpResponseStatus.NOT_FOUND,
                new Refused(
                    List.of("the edge does not know " + request.method() + " " + request.uri())));
      }
    }

    private EdgeReport report() {
      String version = ControlServer.class.getPackage().getImplementationVersion();
      return new EdgeReport(
          version == null ? "development" : version,
          parts.routing().generation(),
          parts.certificates().generation(),
          ports.http(),
          ports.https(),
          parts.routing().report());
    }

    private void answerTraffic(ChannelHandlerContext ctx) {
      boolean last = idle;
      answer(ctx, HttpResponseStatus.OK, parts.http().traffic().report(edge))
          .addListener(
              told -> {
                if (last && told.isSuccess()) {
                  lastTrafficRead = true;
                }
              });
    }

    private <T> void take(ChannelHandlerContext ctx, byte[] body, Push<T> push) {
      pushes.execute(
          () -> {
            try {
              apply(ctx, body, push);
            } catch (RuntimeException e) {
              refuse(ctx, 500, "the edge met a bug of its own, see its log: " + e);
              throw e;
            }
          });
    }

    private <T> void apply(ChannelHandlerContext ctx, byte[] body, Push<T> push) {
      try {
        Optional<Refused> refused = push.taking().apply(Wire.read(body, push.type()));
        if (refused.isPresent()) {
          answer(ctx, HttpResponseStatus.valueOf(UNPROCESSABLE), refused.orElseThrow());
        } else {
          answer(ctx, HttpResponseStatus.OK, report());
        }
      } catch (IllegalArgumentException e) {
        refuse(ctx, UNPROCESSABLE, "not a %s: %s".formatted(push.what(), e.getMessage()));
      } catch (IOException e) {
        refuse(
            ctx,
            500,
            "the %s cannot be kept on disk, so it was not applied: %s"
                .formatted(push.what(), e.getMessage()));
      }
    }

    private void refuse(ChannelHandlerContext ctx, int status, String problem) {
      answer(ctx, HttpResponseStatus.valueOf(status), new Refused(List.of(problem)));
    }

    private void awaitDrained(ChannelHandlerContext ctx, byte[] body) {
      try {
        look(ctx, Wire.read(body, AwaitDrained.class));
      } catch (IllegalArgumentException e) {
        refuse(ctx, UNPROCESSABLE, "not a list of targets: " + e.getMessage());
      }
    }

    private void look(ChannelHandlerContext ctx, AwaitDrained awaited) {
      if (parts.routing().drained(awaited.targets())) {
        answer(ctx, HttpResponseStatus.OK, report());
      } else if (ctx.channel().isActive()) {
        ctx.executor().schedule(() -> look(ctx, awaited), LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void awaitRequests(ChannelHandlerContext ctx, long sinceNanos) {
      List<String> awaited = parts.routing().awaited();
      if (!awaited.isEmpty() || System.nanoTime() - sinceNanos > AWAITED_NANOS_MAX) {
        answer(ctx, HttpResponseStatus.OK, new Awaited(awaited));
      } else if (ctx.channel().isActive()) {
        ctx.executor()
            .schedule(() -> awaitRequests(ctx, sinceNanos), LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void awaitUncertified(ChannelHandlerContext ctx, long sinceNanos) {
      if (!ctx.channel().isActive()) {
        return;
      }
      List<String> hosts = parts.certificates().uncertified().take();
      if (!hosts.isEmpty() || System.nanoTime() - sinceNanos > AWAITED_NANOS_MAX) {
        answer(ctx, HttpResponseStatus.OK, new Uncertified(hosts));
      } else {
        ctx.executor()
            .schedule(() -> awaitUncertified(ctx, sinceNanos), LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private ChannelFuture answer(
        ChannelHandlerContext ctx, HttpResponseStatus status, Object value) {
      ByteBuf body = Unpooled.wrappedBuffer(Wire.write(value));
      var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
      return ctx.writeAndFlush(response);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
