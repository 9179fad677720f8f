package dev.stead.edge.http;

import dev.stead.edge.routing.LiveService;
import io.netty.channel.ChannelFuture;
import java.time.Duration;

/// One try to answer a request from a service's files: the file is looked for on a thread of its
/// own, then sent. What became of it the [Exchange] is told by one of `noFile`, `answerWhole`,
/// `clientStalled` and `answered`.
final class FileAttempt {
  private static final long STALLED_NANOS = Duration.ofMinutes(2).toNanos();

  private enum Phase {
    FINDING,
    SENDING,
    LEFT
  }

  private final Exchange exchange;
  private final Client client;
  private final LiveService service;
  private Phase phase = Phase.FINDING;

  /// Since when nothing has moved.
  private long movedNanos;

  FileAttempt(Exchange exchange, Client client, LiveService service) {
    this.exchange = exchange;
    this.client = client;
    this.service = service;
  }

  /// Whether the head of the answer has gone to the client.
  boolean answering() {
    return phase == Phase.SENDING;
  }

  void start(String directory) {
    Worker worker = client.worker();
    var wanted = StaticFiles.Wanted.of(service, directory, exchange.inbound(), worker.millis());
    worker.files().find(wanted, outcome -> worker.loop().execute(() -> found(outcome)));
  }

  private void found(StaticFiles.Outcome outcome) {
    if (phase != Phase.FINDING) {
      outcome.close();
      return;
    }
    switch (outcome) {
      case StaticFiles.Missing missing -> {
        leave();
        exchange.noFile(service);
      }
      case StaticFiles.Directory directory ->
          exchange.answerWhole(FileAnswer.redirect(exchange.inbound().target()));
      case StaticFiles.Opened opened -> send(opened);
    }
  }

  private void send(StaticFiles.Opened opened) {
    FileAnswer answer =
        FileAnswer.of(opened, exchange.inbound(), service.listed(), client.worker().compressions());
    if (!answer.hasBody()) {
      opened.close();
    }
    exchange.conclude(answer.head());
    phase = Phase.SENDING;
    movedNanos = client.worker().nanos();
    exchange.tally().sends(answer);
    client.writeFile(answer).addListener((ChannelFuture sent) -> ended(sent));
  }

  private void ended(ChannelFuture sent) {
    if (phase != Phase.SENDING) {
      return;
    }
    leave();
    if (sent.isSuccess()) {
      exchange.answered();
    } else if (sent.channel().isActive()) {
      // The file is not what the head has said any more.
      exchange.truncate();
    } else {
      exchange.tally().clientGone();
      exchange.answered();
    }
  }

  void leave() {
    phase = Phase.LEFT;
  }

  void sweep(long nowNanos) {
    if (phase == Phase.SENDING) {
      if (exchange.tally().fileMoves()) {
        movedNanos = nowNanos;
      } else if (nowNanos - movedNanos > STALLED_NANOS) {
        exchange.clientStalled();
      }
    }
  }
}
