package dev.stead.edge.http;

import dev.stead.edge.control.Service.Limits;
import dev.stead.edge.control.Service.Protocol;
import dev.stead.edge.routing.Drain;
import dev.stead.edge.routing.LiveService;
import dev.stead.edge.routing.Target;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One try to have a target answer a request: a connection, the request on its way out, the answer
/// on its way back.
///
/// In order: [#start], [#connected], [#sendContent], [#answerHead], [#answerContent]. It begins
/// with the target counted in flight and ends that count exactly once, in [#leave]. What became of
/// it the [Exchange] is told by one of `connectFailed`, `lost`, `fail`, `truncate` and `answered`.
///
/// A call of gRPC is a stream from its head on, and has no time-outs but the drain's.
final class Attempt {
  private static final long BODY_IDLE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long STALLED_NANOS = Duration.ofMinutes(2).toNanos();

  private enum Phase {
    CONNECTING,
    SENT,
    ANSWERING,
    TUNNEL,
    LEFT
  }

  private final Exchange exchange;
  private final Client client;
  private final Worker worker;
  private final Inbound inbound;
  private final SentBody sent;
  private final LiveService service;
  private final Target target;
  private final boolean call;
  private final AnswerBody body;
  private final Drains drains;

  private Phase phase = Phase.CONNECTING;
  private @Nullable Upstream connection;
  private @Nullable AnswerHead answer;
  private @Nullable Tunnel tunnel;
  private boolean deaf;
  private boolean stream;
  private float share;
  private long unwritten;

  /// Since when nothing has moved; deadlines count from here.
  private long movedNanos;

  Attempt(Exchange exchange, Client client, SentBody sent, LiveService service, Target target) {
    this.exchange = exchange;
    this.client = client;
    this.worker = client.worker();
    this.inbound = exchange.inbound();
    this.sent = sent;
    this.service = service;
    this.target = target;
    this.call = h2c() && inbound.grpc();
    this.body = new AnswerBody(exchange, client);
    this.drains = new Drains(worker, target, limits());
  }

  Target target() {
    return target;
  }

  /// Whether the target speaks HTTP/2.
  boolean h2c() {
    return service.listed().protocol() == Protocol.H2C;
  }

  Limits limits() {
    return service.listed().limits();
  }

  /// Whether the head of an answer has gone to the client.
  boolean answering() {
    return phase == Phase.ANSWERING || phase == Phase.TUNNEL;
  }

  boolean closeDelimited() {
    return answer != null && answer.closeDelimited();
  }

  /// @param idleAtMostNanos how long a pooled connection may have been idle; 0 for a fresh one
  void start(long idleAtMostNanos) {
    Upstream pooled = worker.upstreams().take(this, idleAtMostNanos);
    if (pooled != null) {
      send(pooled);
    } else {
      worker.upstreams().connect(this);
    }
  }

  void connected(Upstream made) {
    if (phase == Phase.CONNECTING) {
      send(made);
    } else {
      made.rest(worker.upstreams());
    }
  }

  void connectFailed(Throwable cause) {
    if (phase == Phase.CONNECTING) {
      target.requestFailed(worker.nanos());
      leave();
      exchange.connectFailed(target, cause);
    }
  }

  private void send(Upstream ready) {
    phase = Phase.SENT;
    connection = ready;
    movedNanos = worker.nanos();
    if (call) {
      becomeStream();
    }
    HttpRequest request = exchange.requestFor(service);
    ready.begin(this, inbound.head());
    ready.write(request);
    if (inbound.hasBody()) {
      sent.again(ready);
      ready.flush();
      if (!exchange.requestEnded()) {
        client.resumeBody();
        flushTowardsTarget();
      }
    } else if (exchange.requestEnded()) {
      ready.write(LastHttpContent.EMPTY_LAST_CONTENT);
      ready.flush();
    }
  }

  /// A piece of the request's body, or its end.
  void sendContent(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (content instanceof LastHttpContent end && !end.trailingHeaders().isEmpty()) {
      ForwardedHeaders.trailersTowardsTarget(end.trailingHeaders());
    }
    if (h2c() && inbound.hasBody()) {
      sent.add(content);
    }
    Upstream sending = connection;
    if (sending == null || deaf) {
      content.release();
      return;
    }
    movedNanos = worker.nanos();
    sending.write(content);
    if (last) {
      sending.flush();
    } else if (!sending.writable()) {
      // The flush may make room at once, and nobody would tell us later.
      sending.flush();
      if (!sending.writable()) {
        client.pauseBody();
      }
    }
  }

  void flushTowardsTarget() {
    if (connection != null) {
      connection.flush();
    }
  }

  void targetWritable() {
    movedNanos = worker.nanos();
    if (tunnel != null) {
      tunnel.targetWritable();
    } else if (!exchange.requestEnded()) {
      client.resumeBody();
      flushTowardsTarget();
    }
  }

  /// The target reads no more of the request; it may answer all the same (edge.md, trap 1).
  void targetDeaf() {
    deaf = true;
    if (!exchange.requestEnded() && tunnel == null) {
      client.resumeBody();
    }
  }

  void answerHead(HttpResponse response) {
    movedNanos = worker.nanos();
    int status = response.status().code();
    if (status == 101) {
      upgraded(response);
    } else if (status / 100 == 2 && inbound.extendedConnect()) {
      // RFC 8441 5: to the client it would say that the tunnel stands.
      exchange.fail(EdgeError.ANSWER, "The app did not change the protocol.");
    } else if (status < 200) {
      informational(response);
    } else {
      finalHead(response);
    }
  }

  private void finalHead(HttpResponse response) {
    phase = Phase.ANSWERING;
    sent.forget();
    AnswerHead head = AnswerHead.of(response, inbound);
    if (body.compresses(response, service)) {
      head = head.resized();
    }
    answer = head;
    exchange.tally().answers(response.status().code());
    if (connection != null) {
      connection.idleAtMost(head.idleNanosMax());
    }
    if (head.eventStream() && !stream) {
      becomeStream();
    }
    ForwardedHeaders.towardsClient(
        response.headers(), service.listed().release(), exchange.sender().requestId());
    HouseRules.dress(response.headers(), exchange.sender(), service.listed());
    exchange.visitor().remember(response.headers(), service);
    head.frame(response, inbound, exchange.promiseKeepAlive());
    client.write(response);
    if (response instanceof LastHttpContent) {
      answerEnded();
    }
  }

  private void informational(HttpResponse response) {
    if (response.status().code() == 100) {
      exchange.clientContinues();
    }
    if (!inbound.http10()) {
      ForwardedHeaders.towardsClient(response.headers(), 0, exchange.sender().requestId());
      client.writeInformational(response);
    }
  }

  private void upgraded(HttpResponse response) {
    String protocol = response.headers().get(HttpHeaderNames.UPGRADE);
    if (inbound.upgrade() == null || protocol == null || !exchange.requestEnded()) {
      exchange.fail(EdgeError.ANSWER, "The app changed the protocol without being asked to.");
      return;
    }
    exchange.tally().answers(response.status().code());
    becomeStream();
    ForwardedHeaders.towardsClient(
        response.headers(), service.listed().release(), exchange.sender().requestId());
    client.writeUpgrade(response, protocol);
    phase = Phase.TUNNEL;
  }

  /// An informational answer is whole; what follows 101 is not HTTP.
  void informationalEnded() {
    Upstream upgraded = connection;
    if (phase == Phase.TUNNEL && upgraded != null) {
      boolean webSocket = "websocket".equalsIgnoreCase(inbound.upgrade());
      tunnel = new Tunnel(client, upgraded, webSocket, share);
      client.becomeTunnel();
      upgraded.becomeTunnel();
      client.reading(true);
    }
  }

  private void becomeStream() {
    stream = true;
    share = worker.share();
    target.becomeStream();
    exchange.tally().becomeStream();
  }

  void answerContent(HttpContent content) {
    if (phase != Phase.ANSWERING) {
      content.release();
      return;
    }
    boolean last = content instanceof LastHttpContent;
    body.write(content);
    if (last) {
      answerEnded();
    } else if (!client.writable() && connection != null) {
      client.flush();
      connection.reading(client.writable());
    }
  }

  private void answerEnded() {
    Upstream done = connection;
    boolean reusable = answer != null && answer.reusable() && exchange.requestEnded() && !deaf;
    if (reusable && done != null && !done.holdsMore()) {
      connection = null;
      leave();
      done.rest(worker.upstreams());
    } else {
      leave();
    }
    // Whoever has read the answer finds nothing of it in flight any more.
    client.flush();
    exchange.answered();
  }

  void answerMalformed(String why) {
    exchange.fail(EdgeError.ANSWER, "The app's answer is not valid HTTP: " + why);
  }

  void flushTowardsClient() {
    body.flush();
  }

  void clientWritable() {
    if (tunnel != null) {
      tunnel.clientWritable();
    } else if (connection != null) {
      connection.reading(true);
    }
  }

  /// The way to the target is gone.
  void targetLost(Loss loss) {
    Upstream gone = connection;
    switch (phase) {
      case SENT -> {
        boolean silent = gone != null && !gone.answerBegun();
        if (gone != null && !gone.used()) {
          target.requestFailed(worker.nanos());
        }
        leave();
        exchange.lost(loss == Loss.UNPROCESSED, silent);
      }
      case ANSWERING -> {
        if (call) {
          end(GrpcAnswer.end(loss.grpcStatus(), "The app broke off its answer."));
        } else {
          exchange.truncate();
        }
      }
      case TUNNEL -> act(Tunnel.Next.CLOSE);
      case CONNECTING, LEFT -> leave();
    }
  }

  void tunnelFromClient(ByteBuf bytes) {
    if (tunnel == null) {
      bytes.release();
    } else {
      exchange.tally().in(bytes.readableBytes());
      tunnel.fromClient(bytes);
    }
  }

  void tunnelFromTarget(ByteBuf bytes) {
    if (tunnel == null) {
      bytes.release();
    } else {
      exchange.tally().out(bytes.readableBytes());
      act(tunnel.fromTarget(bytes));
    }
  }

  void tunnelTargetEnded() {
    if (tunnel != null) {
      act(tunnel.targetEnded());
    }
  }

  /// The client has ended its side; false when nothing can come of this attempt any more.
  boolean clientEnded() {
    if (tunnel != null) {
      act(tunnel.clientEnded());
      return true;
    }
    return !stream;
  }

  private void act(Tunnel.Next next) {
    switch (next) {
      case GO_ON -> {}
      case CLOSE -> {
        leave();
        client.close();
      }
      case CLOSE_GENTLY -> {
        leave();
        exchange.cut();
      }
    }
  }

  /// Ends what ties the request to the target: the count, and the connection unless it was given
  /// back. Does nothing the second time.
  void leave() {
    if (phase == Phase.LEFT) {
      return;
    }
    phase = Phase.LEFT;
    tunnel = null;
    body.close();
    if (stream) {
      target.releaseStream();
    } else {
      target.release();
    }
    Upstream left = connection;
    connection = null;
    if (left != null) {
      left.close();
    }
  }

  void sweep(long nowNanos) {
    Drain drain = drains.now(nowNanos);
    switch (phase) {
      case TUNNEL -> {
        if (tunnel != null) {
          act(tunnel.sweep(nowNanos, drain));
        }
      }
      case SENT -> {
        if (ends(drain, nowNanos)) {
          exchange.fail(
              EdgeError.DRAINED, "The request outlived its release by more than the app allows.");
        } else {
          sweepSent(nowNanos - movedNanos);
        }
      }
      case ANSWERING -> {
        if (ends(drain, nowNanos)) {
          endAnswering();
        } else {
          sweepAnswering(nowNanos);
        }
      }
      case CONNECTING, LEFT -> {}
    }
  }

  private boolean ends(@Nullable Drain drain, long nowNanos) {
    return drain != null
        && (stream ? drain.endsStream(nowNanos, share) : drain.endsRequest(nowNanos));
  }

  /// The drain is over for an answer under way: an event stream ends as if the app had ended it, so
  /// that the browser comes back by itself, a call of gRPC as one that another app can be asked
  /// for; anything else would look whole and is cut.
  private void endAnswering() {
    if (call) {
      end(GrpcAnswer.end(GrpcAnswer.UNAVAILABLE, "The call outlived its release."));
    } else if (!stream || answer == null || answer.sized()) {
      exchange.truncate();
    } else {
      end(LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  /// Ends an answer in the app's place.
  private void end(LastHttpContent last) {
    leave();
    client.write(last);
    client.flush();
    exchange.answered();
  }

  private void sweepSent(long stillNanos) {
    if (call) {
      return;
    }
    boolean clientIsSlow = !exchange.requestEnded() && awaitsClient();
    if (clientIsSlow && stillNanos > BODY_IDLE_NANOS) {
      exchange.failAndClose(EdgeError.BODY_TIMEOUT, "The rest of the request's body did not come.");
    } else if (!clientIsSlow && stillNanos > limits().responseTimeout().toNanos()) {
      exchange.fail(
          EdgeError.TIMEOUT,
          "The app did not begin to answer within %d s."
              .formatted(limits().responseTimeout().toSeconds()));
    }
  }

  /// Whether the target takes what the client sends, so that nothing but the client is waited for
  /// until the request has ended; in a call of gRPC it is nobody's turn.
  boolean awaitsClient() {
    return phase == Phase.SENT && !call && !deaf && connection != null && connection.writable();
  }

  private void sweepAnswering(long nowNanos) {
    long left = client.unwritten();
    if (client.writable() || left != unwritten) {
      unwritten = left;
      movedNanos = nowNanos;
    } else if (nowNanos - movedNanos > STALLED_NANOS) {
      exchange.clientStalled();
    }
  }
}
