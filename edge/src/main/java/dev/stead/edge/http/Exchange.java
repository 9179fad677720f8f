package dev.stead.edge.http;

import dev.stead.edge.control.Service.Mode;
import dev.stead.edge.routing.HoldQueue;
import dev.stead.edge.routing.LiveService;
import dev.stead.edge.routing.Router;
import dev.stead.edge.routing.Routing;
import dev.stead.edge.routing.Target;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request, from its head to the last byte of its answer: what is to be done with it.
///
/// In order: [#route] finds the service; [#hold] keeps the request waiting, [#findFile] starts a
/// [FileAttempt] on the service's files, [#buffer] takes the body first where the service wants
/// that, or [#forward] starts an [Attempt] on a target, and another where that is safe; [#answered]
/// ends it. [#fail] answers with an error page from anywhere before an answer's head has gone out,
/// and cuts the connection after it.
final class Exchange implements Routing.Choice, HoldQueue.Waiter {
  private static final long BODY_IDLE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long TRY_AGAIN_MILLIS = 50;

  private enum Phase {
    ROUTING,
    CHECKING_PASSWORD,
    HELD,
    FILE,
    UPLOADING,
    WAITING_FOR_TARGET,
    FORWARDED,
    /// The answer is out; what is left of the request is read and dropped.
    ANSWERED
  }

  private static final Set<Phase> WAITING =
      EnumSet.of(Phase.CHECKING_PASSWORD, Phase.HELD, Phase.WAITING_FOR_TARGET);

  private final Client client;
  private final Worker worker;
  private final Inbound inbound;
  private final Sender sender;
  private final TargetSearch search = new TargetSearch();
  private final Tally tally;
  private final Holding holding;
  private final RequestBody body;
  private final SentBody sent = new SentBody();
  private final Resending resending;
  private final Reuse reuse;
  private final Visitor visitor;

  private Phase phase = Phase.ROUTING;
  private @Nullable LiveService service;
  private @Nullable Attempt attempt;
  private @Nullable FileAttempt file;
  private boolean rewritten;
  private boolean filesAsked;

  /// Since when nothing has moved.
  private long movedNanos;

  Exchange(Client client, Inbound inbound) {
    this.client = client;
    this.worker = client.worker();
    this.inbound = inbound;
    this.sender = Sender.of(client.guest(), inbound.request().headers(), worker.requestId());
    this.tally = new Tally(worker, inbound, sender);
    this.holding = new Holding(client, this);
    this.visitor = new Visitor(client, inbound);
    this.body = new RequestBody(inbound, worker);
    this.resending = new Resending(inbound, sent);
    this.reuse = new Reuse(client, inbound, body);
  }

  Inbound inbound() {
    return inbound;
  }

  Sender sender() {
    return sender;
  }

  Visitor visitor() {
    return visitor;
  }

  boolean requestEnded() {
    return body.ended();
  }

  Tally tally() {
    return tally;
  }

  /// Begins it; and again whenever it has waited for something.
  void route() {
    phase = Phase.ROUTING;
    FullHttpResponse challenge = worker.https().challengeAnswer(client.guest().door(), inbound);
    if (challenge != null) {
      answerWhole(challenge);
      return;
    }
    Router router = worker.routing().router();
    LiveService found = find(router);
    tally.routed(found);
    if (found == null) {
      fail(EdgeError.ROUTE, "Nothing is served at this address.");
      return;
    }
    switch (worker.rules().objection(inbound, sender, found)) {
      case null -> admit(found, router);
      case HouseRules.Objection.Answer answer -> answerWhole(answer.response());
      case HouseRules.Objection.Refused refused -> fail(refused.refusal());
      case HouseRules.Objection.Unchecked unchecked -> check(unchecked.claim());
    }
  }

  private void check(Passwords.Claim claim) {
    phase = Phase.CHECKING_PASSWORD;
    if (!worker.rules().check(claim, this::routeAgain)) {
      fail(EdgeError.PASSWORDS_FULL, "Too many passwords are being checked.");
    }
  }

  private void admit(LiveService found, Router router) {
    Mode mode = found.listed().mode();
    body.limit(found.listed().limits().bodyBytesMax());
    if (body.tooLarge()) {
      failAndClose(body.asTooLarge());
    } else if (mode != Mode.HOLD && found.listed().staticDir().isPresent() && !filesAsked) {
      findFile(found, found.listed().staticDir().orElseThrow());
    } else if (mode != Mode.OPEN) {
      hold(found, router);
    } else if (BufferedUpload.wanted(found, inbound) && body.unbegun()) {
      buffer(found);
    } else {
      forward();
    }
  }

  private @Nullable LiveService find(Router router) {
    service = visitor.of(router.find(inbound.authority().host(), inbound.path()));
    return service;
  }

  private void hold(LiveService found, Router seen) {
    phase = Phase.HELD;
    if (!holding.begin(found)) {
      fail(EdgeError.HELD_FULL, "Too many requests wait for this app already.");
    } else if (worker.routing().router() != seen && holding.end()) {
      // The table changed while we joined, and whoever released the queue did not see us.
      route();
    }
  }

  @Override
  public void released() {
    worker.loop().execute(this::routeAgain);
  }

  private void routeAgain() {
    if (WAITING.contains(phase)) {
      holding.end();
      route();
    }
  }

  private void buffer(LiveService found) {
    phase = Phase.UPLOADING;
    sent.comesFrom(new BufferedUpload(this, client, found.listed().limits()));
    if (reuse.awaitsContinue()) {
      reuse.continues();
      client.writeInformational(AnswerHead.goOn());
      client.flush();
    }
    client.resumeBody();
  }

  /// The body is there, whole; the table may have changed meanwhile.
  void uploaded() {
    route();
  }

  private void findFile(LiveService found, String directory) {
    filesAsked = true;
    if (!inbound.reads()) {
      if (found.filesAlone()) {
        answerWhole(ErrorPage.methodNotAllowed(sender.requestId(), inbound.accept()));
      } else {
        route();
      }
      return;
    }
    phase = Phase.FILE;
    var begun = new FileAttempt(this, client, found);
    file = begun;
    begun.start(directory);
  }

  void noFile(LiveService found) {
    file = null;
    if (found.filesAlone()) {
      fail(EdgeError.FILE, "There is no such file.");
    } else {
      route();
    }
  }

  private void forward() {
    Target taken = worker.routing().take(this);
    LiveService found = service;
    if (taken != null && found != null) {
      phase = Phase.FORWARDED;
      tally.routed(found);
      tally.asks(taken);
      var started = new Attempt(this, client, sent, found, taken);
      attempt = started;
      started.start(resending.idleAtMostNanos());
    } else if (found == null || found.listed().mode() != Mode.OPEN) {
      route();
    } else {
      noTarget(found);
    }
  }

  /// Called by [Routing#take], and again if the table changes under it.
  @Override
  public @Nullable Target take(Router router) {
    LiveService found = find(router);
    if (found == null || found.listed().mode() != Mode.OPEN) {
      return null;
    }
    Target taken = search.take(found, worker.nanos());
    return taken == null && !found.awaitsFirstProbe() && visitor.spare() ? take(router) : taken;
  }

  /// Nobody is left to ask: a target may come back, or another be listed, in a moment.
  private void noTarget(LiveService found) {
    if (search.goesOn(found, worker.nanos())) {
      phase = Phase.WAITING_FOR_TARGET;
      worker.loop().schedule(this::routeAgain, TRY_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      fail(search.refusal());
    }
  }

  /// No byte of the request has left: another target may have it, whatever the method.
  void connectFailed(Target failed, Throwable cause) {
    search.failed(failed, cause);
    forward();
  }

  /// The connection ended before the answer's head was whole.
  ///
  /// @param untouched whether the target says that it has done nothing of the request
  /// @param silent whether no byte of an answer had come
  void lost(boolean untouched, boolean silent) {
    LiveService found = service;
    if (found != null && resending.granted(found, untouched, silent)) {
      if (!body.ended() && inbound.hasBody()) {
        client.pauseBody();
      }
      forward();
    } else {
      fail(EdgeError.RESET, "The app closed the connection before it answered.");
    }
  }

  /// The request as this service's targets see it.
  HttpRequest requestFor(LiveService served) {
    HttpRequest request = inbound.request();
    if (!rewritten) {
      rewritten = true;
      served.retries().earn();
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
      ForwardedHeaders.towardsTarget(inbound, sender, worker.millis());
      sent.frame(request.headers());
    }
    return request.setUri(served.forwarded(inbound.target()));
  }

  /// A piece of the body, or its end; the end of a request without body may come in any phase.
  void requestContent(HttpContent content) {
    body.add(content);
    tally.in(content.content().readableBytes());
    if (phase == Phase.ANSWERED) {
      content.release();
      movedNanos = worker.nanos();
      if (body.ended()) {
        client.exchangeEnded(keepAlive());
      }
    } else if (body.tooLarge()) {
      content.release();
      failAndClose(body.asTooLarge());
    } else if (attempt != null) {
      attempt.sendContent(content);
    } else {
      sent.takeFirst(content);
    }
  }

  void flushTowardsTarget() {
    if (attempt != null) {
      attempt.flushTowardsTarget();
    }
  }

  void clientWritable() {
    if (attempt != null) {
      attempt.clientWritable();
    }
  }

  void tunnelFromClient(ByteBuf bytes) {
    if (attempt != null) {
      attempt.tunnelFromClient(bytes);
    } else {
      bytes.release();
    }
  }

  void clientContinues() {
    reuse.continues();
  }

  /// Whether the client's connection can serve another request after this one.
  boolean keepAlive() {
    return reuse.possible(attempt);
  }

  /// What the answer's head is to say about it; from then on the client may rely on that.
  boolean promiseKeepAlive() {
    return reuse.promise(attempt);
  }

  /// The answer is out. What is left of the request is read and dropped: a close would reset the
  /// connection before the client has read the answer (edge.md, trap 1).
  void answered() {
    phase = Phase.ANSWERED;
    sent.close();
    tally.answered();
    movedNanos = worker.nanos();
    boolean goesOn = keepAlive();
    if (body.ended() || !goesOn) {
      client.exchangeEnded(goesOn);
    } else {
      client.resumeBody();
    }
  }

  /// The connection is to be closed once the client has read what was written.
  void cut() {
    reuse.refuse();
    answered();
  }

  /// The answer cannot be ended as it began: cutting the connection is how HTTP/1.1 says so.
  void truncate() {
    boolean closeDelimited = attempt != null && attempt.closeDelimited();
    leave();
    tally.truncated();
    client.truncate(closeDelimited);
  }

  /// A client that reads nothing for so long is gone.
  void clientStalled() {
    tally.clientGone();
    truncate();
  }

  void fail(EdgeError error, String cause) {
    fail(new Refusal(error, cause));
  }

  private void fail(Refusal refusal) {
    if (phase == Phase.ANSWERED) {
      return;
    }
    tally.fails(refusal.error());
    if ((attempt != null && attempt.answering()) || (file != null && file.answering())) {
      truncate();
    } else {
      answerWhole(refusal.answer(inbound, sender.requestId(), service));
    }
  }

  void failAndClose(EdgeError error, String cause) {
    failAndClose(new Refusal(error, cause));
  }

  private void failAndClose(Refusal refusal) {
    reuse.refuse();
    fail(refusal);
  }

  void answerWhole(FullHttpResponse response) {
    leave();
    conclude(response);
    tally.out(inbound.head() ? 0 : response.content().readableBytes());
    client.write(response);
    client.flush();
    answered();
  }

  void conclude(HttpResponse response) {
    tally.answers(response.status().code());
    response.headers().set(ForwardedHeaders.REQUEST_ID, sender.requestId());
    if (service != null) {
      HouseRules.dress(response.headers(), sender, service.listed());
      visitor.remember(response.headers(), service);
    }
    AnswerHead.persist(response.headers(), inbound, promiseKeepAlive());
  }

  private void leave() {
    holding.end();
    sent.close();
    phase = Phase.ANSWERED;
    if (attempt != null) {
      attempt.leave();
    }
    if (file != null) {
      file.leave();
    }
  }

  /// The client has ended its side; false when nothing can come of this exchange any more.
  boolean clientEnded() {
    boolean unfinished = !body.ended() && !client.holdsBody();
    return !unfinished && (attempt == null || attempt.clientEnded());
  }

  void clientGone() {
    leave();
    tally.clientGone();
  }

  /// Whether nothing but more of the request's body is waited for.
  private boolean clientsTurn() {
    return !body.ended()
        && (phase == Phase.ANSWERED
            || sent.awaitsClient()
            || (attempt != null && attempt.awaitsClient()));
  }

  private void bodyTooSlow() {
    if (phase == Phase.ANSWERED) {
      client.close();
    } else {
      failAndClose(EdgeError.BODY_RATE, "The request's body came too slowly.");
    }
  }

  void sweep(long nowNanos) {
    boolean slow = body.tooSlow(nowNanos, clientsTurn());
    Phase swept = phase;
    switch (phase) {
      case HELD -> {
        if (!holding.weigh()) {
          fail(EdgeError.HELD_FULL, "Too much waits for this app already.");
        } else if (service != null && holding.expired(service, nowNanos)) {
          fail(EdgeError.HELD_TIMEOUT, "The app did not come back in time.");
        }
      }
      case FORWARDED -> {
        if (attempt != null) {
          attempt.sweep(nowNanos);
        }
      }
      case FILE -> {
        if (file != null) {
          file.sweep(nowNanos);
        }
      }
      case UPLOADING -> sent.sweep(nowNanos);
      case ANSWERED -> {
        if (nowNanos - movedNanos > BODY_IDLE_NANOS) {
          client.close();
        }
      }
      case ROUTING, CHECKING_PASSWORD, WAITING_FOR_TARGET -> {}
    }
    if (slow && phase == swept) {
      bodyTooSlow();
    }
  }
}
