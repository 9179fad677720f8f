package dev.stead.rig.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// Stands between a CLI and an agent and counts what the CLI sends: a unix socket whose every
/// connection is passed on to another one.
public final class SocketMeter implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Path agent;
  private final AtomicLong sent = new AtomicLong();

  private SocketMeter(ServerSocketChannel server, Path agent) {
    this.server = server;
    this.agent = agent;
  }

  /// Listens.
  ///
  /// @param at where the CLI looks for the agent
  /// @param agent where the agent is
  public static SocketMeter open(Path at, Path agent) {
    try {
      var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(at));
      var meter = new SocketMeter(server, agent);
      Thread.ofVirtual().name("meter").start(meter::accept);
      return meter;
    } catch (IOException e) {
      throw new UncheckedIOException("listening at " + at, e);
    }
  }

  /// Bytes that went from CLI to agent since the last call.
  public long takeSentBytes() {
    return sent.getAndSet(0);
  }

  private void accept() {
    try {
      while (true) {
        var cli = server.accept();
        var passedOn = SocketChannel.open(UnixDomainSocketAddress.of(agent));
        Thread.ofVirtual().name("meter-up").start(() -> pump(cli, passedOn, sent));
        Thread.ofVirtual().name("meter-down").start(() -> pump(passedOn, cli, new AtomicLong()));
      }
    } catch (ClosedChannelException e) {
      assert !server.isOpen() : e;
    } catch (IOException e) {
      throw new UncheckedIOException("passing a connection on to " + agent, e);
    }
  }

  private static void pump(SocketChannel from, SocketChannel to, AtomicLong counted) {
    var buffer = ByteBuffer.allocate(64 * 1024);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        counted.addAndGet(buffer.remaining());
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      close(from); // one side has gone: so does the other
      close(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing a metered connection", e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
