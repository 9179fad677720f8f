package dev.stead.edge;

import dev.stead.edge.control.AwaitDrained;
import dev.stead.edge.control.EdgeReport;
import dev.stead.edge.control.Refused;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.http.Transport;
import dev.stead.edge.routing.Routing;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The agent's door to the edge: HTTP/JSON on a unix socket that only the edge's own user may open
/// (see the package `control` for what is said there).
///
/// Tables are applied on one thread of their own, one after the other, since that writes to disk.
final class ControlServer implements AutoCloseable {
  private static final int BODY_BYTES_MAX = 16 << 20;
  private static final long LOOK_MILLIS = 20;
  private static final int UNPROCESSABLE = 422;

  private final Routing routing;
  private final ControlSocket socket;
  private final int httpPort;
  private final ExecutorService tables =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("table").factory());
  private @Nullable Channel listener;

  ControlServer(Routing routing, ControlSocket socket, int httpPort) {
    this.routing = routing;
    this.socket = socket;
    this.httpPort = httpPort;
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
  void restore(String bootId) throws IOException {
    Future<?> restored =
        tables.submit(
            () -> {
              if (routing.generation() == 0) {
                routing.restore(bootId);
              }
              return null;
            });
    try {
      restored.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException unusable) {
        throw unusable;
      }
      throw new IllegalStateException("restoring the kept routing table", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the starting thread", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (listener != null) {
      listener.close().awaitUninterruptibly();
      listener = null;
      socket.remove();
    }
    tables.shutdown();
  }

  /// One connection of the agent's.
  private final class Conversation extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      byte[] body = ByteBufUtil.getBytes(request.content());
      switch (request.method() + " " + request.uri()) {
        case "PUT /v1/table" ->
            tables.execute(
                () -> {
                  try {
                    apply(ctx, body);
                  } catch (RuntimeException e) {
                    refuse(ctx, 500, "the edge met a bug of its own, see its log: " + e);
                    throw e;
                  }
                });
        case "GET /v1/status" -> answer(ctx, HttpResponseStatus.OK, report());
        case "POST /v1/drained" -> awaitDrained(ctx, body);
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
          routing.generation(),
          httpPort,
          routing.report());
    }

    private void apply(ChannelHandlerContext ctx, byte[] body) {
      try {
        Optional<Refused> refused = routing.apply(Wire.read(body, RoutingTable.class));
        if (refused.isPresent()) {
          answer(ctx, HttpResponseStatus.valueOf(UNPROCESSABLE), refused.orElseThrow());
        } else {
          answer(ctx, HttpResponseStatus.OK, report());
        }
      } catch (IllegalArgumentException e) {
        refuse(ctx, UNPROCESSABLE, "not a routing table: " + e.getMessage());
      } catch (IOException e) {
        refuse(
            ctx, 500, "the table cannot be kept on disk, so it was not applied: " + e.getMessage());
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
      if (routing.drained(awaited.targets())) {
        answer(ctx, HttpResponseStatus.OK, report());
      } else if (ctx.channel().isActive()) {
        ctx.executor().schedule(() -> look(ctx, awaited), LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void answer(ChannelHandlerContext ctx, HttpResponseStatus status, Object value) {
      ByteBuf body = Unpooled.wrappedBuffer(Wire.write(value));
      var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
      ctx.writeAndFlush(response);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
