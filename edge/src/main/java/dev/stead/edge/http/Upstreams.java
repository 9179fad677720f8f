package dev.stead.edge.http;

import dev.stead.edge.routing.Target;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One event loop's connections to targets: makes them, keeps idle ones for a while, the one used
/// last on top, and lets go of those whose target has left the table.
final class Upstreams {
  /// Below what servers commonly keep an idle connection for (5 s and more; edge.md, trap 2).
  private static final long IDLE_MAX_NANOS = Duration.ofSeconds(4).toNanos();

  private static final int IDLE_PER_TARGET_MAX = 256;

  /// Bounds what the kernel holds of an answer whose target has closed, since that is read into
  /// memory at once.
  private static final int RECEIVE_BYTES = 128 * 1024;

  private final Map<Target, Deque<UpstreamConnection>> idle = new HashMap<>();
  private final StreamPool streams = new StreamPool();
  private final Ticker ticker;
  private final Bootstrap bootstrap;

  Upstreams(EventLoop loop, Transport transport, Ticker ticker) {
    this.ticker = ticker;
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(transport.sockets())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BYTES)
            // Trap 1: a failed write must not throw away an answer that came before it.
            .option(ChannelOption.AUTO_CLOSE, false);
  }

  /// An idle connection that was used less than so long ago; null when there is none.
  @Nullable Upstream take(Attempt attempt, long idleAtMostNanos) {
    Target target = attempt.target();
    if (attempt.h2c()) {
      long patience = Math.min(idleAtMostNanos, IDLE_MAX_NANOS);
      return streams.take(target, ticker.nanoTime(), patience);
    }
    Deque<UpstreamConnection> connections = idle.get(target);
    UpstreamConnection next = connections == null ? null : connections.peekFirst();
    if (connections == null || next == null || !next.fresh(ticker.nanoTime(), idleAtMostNanos)) {
      return null;
    }
    connections.removeFirst();
    return next;
  }

  /// Keeps a connection for the next exchange, or closes it.
  void give(UpstreamConnection connection) {
    Target target = connection.target();
    connection.rest(ticker.nanoTime());
    Deque<UpstreamConnection> connections = idle.computeIfAbsent(target, any -> new ArrayDeque<>());
    if (target.draining() || connections.size() >= IDLE_PER_TARGET_MAX) {
      connection.close();
    } else {
      connections.addFirst(connection);
    }
  }

  void connect(Attempt attempt) {
    if (!attempt.h2c()) {
      var decoder = new ResponseDecoder();
      var encoder = new HttpRequestEncoder();
      var made = new UpstreamConnection(attempt.target(), decoder, encoder, IDLE_MAX_NANOS);
      connect(
          attempt,
          pipeline -> pipeline.addLast(decoder, encoder, made),
          () -> attempt.connected(made),
          attempt::connectFailed);
    } else if (!streams.await(attempt)) {
      var made = new UpstreamMultiplex(attempt.target(), ticker);
      made.await(attempt);
      streams.add(made);
      connect(attempt, made::join, () -> {}, made::failed);
    }
  }

  private void connect(
      Attempt attempt,
      Consumer<ChannelPipeline> handlers,
      Runnable connected,
      Consumer<Throwable> failed) {
    Duration timeout = attempt.limits().connectTimeout();
    bootstrap
        .clone()
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()))
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                handlers.accept(channel.pipeline());
              }
            })
        .connect(attempt.target().address())
        .addListener(
            (ChannelFuture done) -> {
              if (done.isSuccess()) {
                connected.run();
              } else {
                failed.accept(done.cause());
              }
            });
  }

  /// Closes what has been idle for too long, is dead, or leads to a target that left the table.
  void sweep(long nowNanos) {
    Iterator<Map.Entry<Target, Deque<UpstreamConnection>>> targets = idle.entrySet().iterator();
    while (targets.hasNext()) {
      Map.Entry<Target, Deque<UpstreamConnection>> entry = targets.next();
      boolean leave = entry.getKey().draining();
      entry
          .getValue()
          .removeIf(
              connection -> {
                boolean stale = leave || !connection.fresh(nowNanos, Long.MAX_VALUE);
                if (stale) {
                  connection.close();
                }
                return stale;
              });
      if (entry.getValue().isEmpty()) {
        targets.remove();
      }
    }
    streams.sweep(nowNanos, IDLE_MAX_NANOS);
  }

  void close() {
    idle.values().forEach(connections -> connections.forEach(UpstreamConnection::close));
    idle.clear();
    streams.close();
  }
}
