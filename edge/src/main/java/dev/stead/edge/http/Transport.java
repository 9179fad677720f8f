package dev.stead.edge.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/// How the edge talks to the kernel: epoll on Linux, NIO elsewhere.
public enum Transport {
  EPOLL {
    @Override
    public IoHandlerFactory handlers() {
      return new MendedEpoll();
    }

    @Override
    public ChannelFactory<Channel> sockets() {
      return EpollSocketChannel::new;
    }

    @Override
    ChannelFactory<ServerChannel> listeners() {
      return EpollServerSocketChannel::new;
    }

    @Override
    ServerChannel adopt(int descriptor) {
      return new EpollServerSocketChannel(descriptor);
    }

    @Override
    public ChannelFactory<ServerChannel> unixListeners() {
      return EpollServerDomainSocketChannel::new;
    }

    @Override
    public SocketAddress unixAddress(Path path) {
      return new DomainSocketAddress(path.toFile());
    }
  },
  NIO {
    @Override
    public IoHandlerFactory handlers() {
      return NioIoHandler.newFactory();
    }

    @Override
    public ChannelFactory<Channel> sockets() {
      return NioSocketChannel::new;
    }

    @Override
    ChannelFactory<ServerChannel> listeners() {
      return NioServerSocketChannel::new;
    }

    @Override
    ServerChannel adopt(int descriptor) throws IOException {
      throw new IOException("an inherited socket can be served with epoll alone");
    }

    @Override
    public ChannelFactory<ServerChannel> unixListeners() {
      return NioServerDomainSocketChannel::new;
    }

    @Override
    public SocketAddress unixAddress(Path path) {
      return UnixDomainSocketAddress.of(path);
    }
  };

  public static Transport best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  public abstract IoHandlerFactory handlers();

  public abstract ChannelFactory<Channel> sockets();

  abstract ChannelFactory<ServerChannel> listeners();

  /// A socket that listens already, opened by another process.
  ///
  /// @throws IOException when this transport cannot
  abstract ServerChannel adopt(int descriptor) throws IOException;

  public abstract ChannelFactory<ServerChannel> unixListeners();

  public abstract SocketAddress unixAddress(Path path);
}
