package dev.stead.edge.routing;

import dev.stead.edge.control.Service;
import dev.stead.edge.probe.H2cProbe;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Asks every listed target once a second how it is. A target of the kept table is asked at once,
/// since it gets no request before it has answered. Lives on one event loop.
public final class Probes {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long EVERY_MILLIS = 1_000;

  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final Map<Target, Watch> watches = new HashMap<>();

  public Probes(EventLoop loop, ChannelFactory<Channel> sockets) {
    this.loop = loop;
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(sockets)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(TIMEOUT.toMillis()));
  }

  /// Probes what this router leads to, and nothing else; any thread.
  public void watch(Router router) {
    loop.execute(() -> replace(router));
  }

  private void replace(Router router) {
    Map<Target, Watch> before = new HashMap<>(watches);
    watches.clear();
    for (LiveService service : router.services()) {
      for (LiveService release : service.releases()) {
        release.targets().forEach(target -> watch(release.listed(), target, before));
      }
    }
    before.values().forEach(Watch::end);
  }

  private void watch(Service service, Target target, Map<Target, Watch> before) {
    Watch known = before.remove(target);
    if (known != null && known.service.equals(service)) {
      watches.put(target, known);
      return;
    }
    if (known != null) {
      known.end();
    }
    var started = new Watch(service, target);
    watches.put(target, started);
    started.begin();
  }

  /// The probing of one target.
  private final class Watch {
    private final Service service;
    private final Target target;
    private @Nullable Future<?> next;
    private boolean ended;

    Watch(Service service, Target target) {
      this.service = service;
      this.target = target;
    }

    void begin() {
      if (target.trusted()) {
        again();
      } else {
        probe();
      }
    }

    void end() {
      ended = true;
      if (next != null) {
        next.cancel(false);
      }
    }

    private void again() {
      boolean unasked = service.health().equals("none") && target.trusted();
      if (!ended && !unasked) {
        next = loop.schedule(this::probe, EVERY_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    /// Whether there is a question, or the open port is enough.
    private boolean asks() {
      return service.health().startsWith("/") || service.health().equals(H2cProbe.GRPC);
    }

    private boolean h2c() {
      return service.protocol() == Service.Protocol.H2C;
    }

    private void probe() {
      var answer = new Answer(this);
      bootstrap
          .clone()
          .handler(asks() && h2c() ? asking(answer) : reading(answer))
          .connect(target.address())
          .addListener((ChannelFuture done) -> connected(done, answer));
    }

    private ChannelHandler asking(Answer answer) {
      return new H2cProbe(service.health(), authority())
          .asking(said -> answer.settle(said instanceof H2cProbe.Answer.Well));
    }

    private static ChannelHandler reading(Answer answer) {
      return new ChannelInitializer<Channel>() {
        @Override
        protected void initChannel(Channel channel) {
          channel.pipeline().addLast(new HttpClientCodec(), answer);
        }
      };
    }

    private void connected(ChannelFuture done, Answer answer) {
      if (!done.isSuccess()) {
        answer.settle(false);
      } else if (!asks()) {
        answer.settle(true);
        done.channel().close();
      } else {
        Channel channel = done.channel();
        Future<?> deadline =
            loop.schedule(() -> channel.close(), TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> deadline.cancel(false));
        if (!h2c()) {
          channel.writeAndFlush(request());
        }
      }
    }

    private String authority() {
      String host = service.hosts().getFirst();
      return host.contains("*") ? target.listed().host() : host;
    }

    private DefaultFullHttpRequest request() {
      var request =
          new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, service.health());
      request.headers().set(HttpHeaderNames.HOST, authority());
      request.headers().set(HttpHeaderNames.USER_AGENT, "stead-edge");
      request.headers().set(HttpHeaderNames.CONNECTION, "close");
      return request;
    }
  }

  /// What a target says to one probe; counted once.
  private static final class Answer extends SimpleChannelInboundHandler<HttpObject> {
    private final Watch watch;
    private boolean settled;

    Answer(Watch watch) {
      this.watch = watch;
    }

    void settle(boolean healthy) {
      if (settled) {
        return;
      }
      settled = true;
      if (healthy) {
        watch.target.probeSucceeded();
      } else {
        watch.target.probeFailed();
      }
      watch.again();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
      if (message instanceof HttpResponse response) {
        settle(response.status().codeClass() == HttpStatusClass.SUCCESS);
        ctx.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      settle(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
