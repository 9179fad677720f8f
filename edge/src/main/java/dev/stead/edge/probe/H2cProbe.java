package dev.stead.edge.probe;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Asks an app that speaks HTTP/2 without TLS (RFC 9113 3.3) how it is: `GET` at a path, where any
/// 2xx is well, or by gRPC's health checking protocol (`grpc.health.v1.Health/Check`), where
/// `SERVING` is, as Kubernetes and Envoy do. Each time is a connection of its own.
public final class H2cProbe {
  /// The value of `health` that means gRPC's protocol; any other is a path.
  public static final String GRPC = "grpc";

  /// The path of the method that gRPC's protocol asks by.
  public static final String GRPC_METHOD = "/grpc.health.v1.Health/Check";

  private final String health;
  private final String authority;

  /// @param health a path, or [#GRPC]
  /// @param authority whom it asks for, as `:authority` says it
  public H2cProbe(String health, String authority) {
    this.health = health;
    this.authority = authority;
  }

  /// What came of it.
  public sealed interface Answer {
    record Well() implements Answer {}

    /// Any other answer, or none.
    ///
    /// @param why for people: `GET /up answered 500: not connected`
    record Unwell(String why) implements Answer {}
  }

  /// What a connection to the app needs in its pipeline: it asks as soon as the connection is made,
  /// tells the answer once, on the event loop, at the latest as the connection ends, and closes.
  public ChannelHandler asking(Consumer<Answer> whenAnswered) {
    return new ProbeConnection(question(), whenAnswered);
  }

  private Question question() {
    return health.equals(GRPC) ? new GrpcQuestion(authority) : new PathQuestion(authority, health);
  }

  /// Asks, and waits for the answer; any thread that may block.
  ///
  /// @throws IOException when nobody listens there
  public Answer ask(InetSocketAddress address, Duration patience) throws IOException {
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("h2c-probe", true), NioIoHandler.newFactory());
    try {
      Promise<Answer> answer = loop.next().newPromise();
      ChannelFuture connected =
          new Bootstrap()
              .group(loop)
              .channel(NioSocketChannel.class)
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(patience.toMillis()))
              .handler(asking(answer::trySuccess))
              .connect(address)
              .await();
      if (!connected.isSuccess()) {
        throw new IOException("cannot connect to " + address, connected.cause());
      }
      return answer.await(patience.toMillis(), TimeUnit.MILLISECONDS)
          ? answer.getNow()
          : new Answer.Unwell(
              "%s was not answered within %d s".formatted(question().text(), patience.toSeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + address + " was asked");
    } finally {
      loop.shutdownGracefully(0, patience.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
  }
}
