package dev.stead.edge.http;

import dev.stead.edge.control.Service.Limits;
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
  private final LiveService service;
  private final Target target;

  private Phase phase = Phase.CONNECTING;
  private @Nullable UpstreamConnection connection;
  private @Nullable AnswerHead answer;
  private @Nullable Compression compression;
  private @Nullable Tunnel tunnel;
  private @Nullable Drain retirement;
  private boolean deaf;
  private boolean stream;
  private float share;

  /// Since when nothing has moved; deadlines count from here.
  private long movedNanos;

  private long unwritten;

  Attempt(Exchange exchange, Client client, LiveService service, Target target) {
    this.exchange = exchange;
    this.client = client;
    this.worker = client.worker();
    this.inbound = exchange.inbound();
    this.service = service;
    this.target = target;
  }

  Target target() {
    return target;
  }

  private Limits limits() {
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
    UpstreamConnection pooled = worker.upstreams().take(target, idleAtMostNanos);
    if (pooled != null) {
      send(pooled);
    } else {
      worker.upstreams().connect(this, limits().connectTimeout());
    }
  }

  void connected(UpstreamConnection made) {
    if (phase == Phase.CONNECTING) {
      send(made);
    } else {
      worker.upstreams().give(made);
    }
  }

  void connectFailed(Throwable cause) {
    if (phase == Phase.CONNECTING) {
      target.requestFailed(worker.nanos());
      leave();
      exchange.connectFailed(target, cause);
    }
  }

  private void send(UpstreamConnection ready) {
    phase = Phase.SENT;
    connection = ready;
    movedNanos = worker.nanos();
    HttpRequest request = exchange.requestFor(service);
    ready.begin(this, inbound.head());
    ready.write(request);
    if (exchange.requestEnded()) {
      ready.write(LastHttpContent.EMPTY_LAST_CONTENT);
      ready.flush();
    } else if (inbound.hasBody()) {
      ready.flush();
      client.resumeBody();
      flushTowardsTarget();
    }
  }

  /// A piece of the request's body, or its end.
  void sendContent(HttpContent content) {
    UpstreamConnection sending = connection;
    if (sending == null || deaf) {
      content.release();
      return;
    }
    movedNanos = worker.nanos();
    boolean last = content instanceof LastHttpContent;
    if (content instanceof LastHttpContent end && !end.trailingHeaders().isEmpty()) {
      ForwardedHeaders.removeClaims(end.trailingHeaders());
    }
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
    AnswerHead head = AnswerHead.of(response, inbound);
    compression = Compression.begin(response, inbound, service.listed(), worker.compressions());
    if (compression != null) {
      head = head.resized();
    }
    answer = head;
    if (connection != null) {
      connection.idleAtMost(head.idleNanosMax());
    }
    if (head.eventStream()) {
      becomeStream();
    }
    ForwardedHeaders.towardsClient(
        response.headers(), service.listed().release(), exchange.sender().requestId());
    HouseRules.dress(response.headers(), exchange.sender(), service.listed());
    head.frame(response, inbound, exchange.promiseKeepAlive());
    client.write(response);
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
    becomeStream();
    ForwardedHeaders.towardsClient(
        response.headers(), service.listed().release(), exchange.sender().requestId());
    client.writeUpgrade(response, protocol);
    phase = Phase.TUNNEL;
  }

  /// An informational answer is whole; what follows 101 is not HTTP.
  void informationalEnded() {
    UpstreamConnection upgraded = connection;
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
  }

  void answerContent(HttpContent content) {
    if (phase != Phase.ANSWERING) {
      content.release();
      return;
    }
    boolean last = content instanceof LastHttpContent;
    write(compression == null ? content : compression.pass(content));
    if (last) {
      answerEnded();
    } else if (!client.writable() && connection != null) {
      client.flush();
      connection.reading(client.writable());
    }
  }

  private void write(HttpContent content) {
    if (content.content().isReadable() || content instanceof LastHttpContent) {
      client.write(content);
    } else {
      content.release();
    }
  }

  private void answerEnded() {
    UpstreamConnection done = connection;
    boolean reusable = answer != null && answer.reusable() && exchange.requestEnded() && !deaf;
    if (reusable && done != null && !done.holdsMore()) {
      connection = null;
      done.reading(true);
      leave();
      worker.upstreams().give(done);
    } else {
      leave();
    }
    // Whoever has read the answer finds nothing of it in flight any more.
    client.flush();
    exchange.answered();
  }

  void answerMalformed(Throwable cause) {
    exchange.fail(
        EdgeError.ANSWER, "The app's answer is not valid HTTP/1.1: " + cause.getMessage());
  }

  void flushTowardsClient() {
    if (compression != null) {
      write(compression.flush());
    }
    client.flush();
  }

  void clientWritable() {
    if (tunnel != null) {
      tunnel.clientWritable();
    } else if (connection != null) {
      connection.reading(true);
    }
  }

  /// The target's connection is gone.
  void targetClosed() {
    UpstreamConnection gone = connection;
    switch (phase) {
      case SENT -> {
        boolean silent = gone != null && !gone.answerBegun();
        if (gone != null && !gone.used()) {
          target.requestFailed(worker.nanos());
        }
        leave();
        exchange.lost(silent);
      }
      case ANSWERING -> exchange.truncate();
      case TUNNEL -> act(Tunnel.Next.CLOSE);
      case CONNECTING, LEFT -> leave();
    }
  }

  void tunnelFromClient(ByteBuf bytes) {
    if (tunnel == null) {
      bytes.release();
    } else {
      tunnel.fromClient(bytes);
    }
  }

  void tunnelFromTarget(ByteBuf bytes) {
    if (tunnel == null) {
      bytes.release();
    } else {
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
    if (compression != null) {
      compression.close();
      compression = null;
    }
    if (stream) {
      target.releaseStream();
    } else {
      target.release();
    }
    UpstreamConnection left = connection;
    connection = null;
    if (left != null) {
      left.close();
    }
  }

  /// The budgets that end this attempt: its target's since that left the table, or its own since
  /// the edge retires.
  private @Nullable Drain drain(long nowNanos) {
    if (target.drain() == null && worker.retiring()) {
      if (retirement == null) {
        retirement = Drain.begin(limits(), nowNanos);
      }
      return retirement;
    }
    return target.drain();
  }

  void sweep(long nowNanos) {
    Drain drain = drain(nowNanos);
    switch (phase) {
      case TUNNEL -> {
        if (tunnel != null) {
          act(tunnel.sweep(nowNanos, drain));
        }
      }
      case SENT -> {
        if (drain != null && drain.endsRequest(nowNanos)) {
          exchange.fail(
              EdgeError.DRAINED, "The request outlived its release by more than the app allows.");
        } else {
          sweepSent(nowNanos - movedNanos);
        }
      }
      case ANSWERING -> {
        if (drain != null
            && (stream ? drain.endsStream(nowNanos, share) : drain.endsRequest(nowNanos))) {
          endAnswering();
        } else {
          sweepAnswering(nowNanos);
        }
      }
      case CONNECTING, LEFT -> {}
    }
  }

  /// The drain is over for an answer under way: an event stream ends as if the app had ended it, so
  /// that the browser comes back by itself; anything else would look whole and is cut.
  private void endAnswering() {
    if (!stream || answer == null || answer.sized()) {
      exchange.truncate();
      return;
    }
    leave();
    client.write(LastHttpContent.EMPTY_LAST_CONTENT);
    client.flush();
    exchange.answered();
  }

  private void sweepSent(long stillNanos) {
    boolean clientIsSlow = !exchange.requestEnded() && awaitsClient();
    if (clientIsSlow && stillNanos > BODY_IDLE_NANOS) {
      exchange.failAndClose(EdgeError.BODY_TIMEOUT, "The rest of the request's body did not come.");
    } else if (!clientIsSlow && stillNanos > limits().responseTimeout().toNanos()) {
      exchange.fail(
          EdgeError.TIMEOUT,
          "The app did not begin to answer within "
              + limits().responseTimeout().toSeconds()
              + " s.");
    }
  }

  /// Whether the target takes what the client sends, so that nothing but the client is waited for
  /// until the request has ended.
  boolean awaitsClient() {
    return phase == Phase.SENT && !deaf && connection != null && connection.writable();
  }

  /// A client that reads nothing for so long is gone.
  private void sweepAnswering(long nowNanos) {
    long left = client.unwritten();
    if (client.writable() || left != unwritten) {
      unwritten = left;
      movedNanos = nowNanos;
    } else if (nowNanos - movedNanos > STALLED_NANOS) {
      exchange.truncate();
    }
  }
}
