package dev.stead.edge.http;

import dev.stead.edge.control.Outcome;
import dev.stead.edge.control.Service;
import dev.stead.edge.routing.LiveService;
import dev.stead.edge.routing.Target;
import dev.stead.edge.traffic.LoopTraffic;
import dev.stead.edge.traffic.ReleaseCounts;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is counted of one exchange, and said in the access log where its app has one: once, as it
/// ends first, whatever else follows.
///
/// It belongs to nobody until it is [#routed], and moves with it when it is routed again: what was
/// held is counted for the release that answers. A stream is counted as answered with its head, and
/// as open from then on.
final class Tally {
  private enum State {
    IN_FLIGHT,
    STREAM,
    OVER
  }

  private final Worker worker;
  private final Inbound inbound;
  private final Sender sender;
  private final long sinceNanos;
  private ReleaseCounts counts;
  private @Nullable LiveService service;
  private @Nullable Target target;
  private @Nullable EdgeError error;
  private State state = State.IN_FLIGHT;
  private int status;
  private @Nullable FileAnswer file;
  private long fileBytes;
  private long received;
  private long sent;

  Tally(Worker worker, Inbound inbound, Sender sender) {
    this.worker = worker;
    this.inbound = inbound;
    this.sender = sender;
    this.sinceNanos = worker.nanos();
    this.counts = worker.traffic().nobodys();
    counts.enter();
  }

  /// @param found whose it is now; null for nobody's
  void routed(@Nullable LiveService found) {
    LoopTraffic traffic = worker.traffic();
    ReleaseCounts next =
        found == null
            ? traffic.nobodys()
            : traffic.of(found.listed().name(), found.listed().release());
    if (state == State.IN_FLIGHT) {
      service = found;
    }
    if (next != counts && state == State.IN_FLIGHT) {
      counts.leave();
      counts = next;
      counts.enter();
    }
  }

  /// This instance is asked; an earlier one was of no use.
  void asks(Target instance) {
    target = instance;
  }

  /// The edge has something to say in the place of the app's answer, or of its rest.
  void fails(EdgeError cause) {
    error = cause;
  }

  /// Bytes of the request's body, or of the tunnel that it became.
  void in(long bytes) {
    received += bytes;
    counts.in(bytes);
  }

  void out(long bytes) {
    sent += bytes;
    counts.out(bytes);
  }

  /// A file begins to go out.
  void sends(FileAnswer answer) {
    file = answer;
  }

  /// Counts what has left of the file since this was asked last; false when that is nothing.
  boolean fileMoves() {
    long moved = file == null ? 0 : file.sent() - fileBytes;
    fileBytes += moved;
    out(moved);
    return moved > 0;
  }

  /// The status of the final answer is known.
  void answers(int finalStatus) {
    status = finalStatus;
  }

  void becomeStream() {
    if (state == State.IN_FLIGHT) {
      state = State.STREAM;
      counts.becomeStream(Outcome.of(status), worker.nanos() - sinceNanos);
    }
  }

  /// The whole answer has been handed to the client's connection.
  void answered() {
    end(Outcome.of(status));
  }

  /// The answer was cut short by the app or by us.
  void truncated() {
    end(Outcome.SERVER_ERROR);
  }

  void clientGone() {
    end(Outcome.ABORTED);
  }

  private void end(Outcome outcome) {
    fileMoves();
    long nanos = worker.nanos() - sinceNanos;
    if (state != State.OVER && service != null) {
      log(service.listed(), outcome, nanos);
    }
    switch (state) {
      case IN_FLIGHT -> counts.end(outcome, nanos);
      case STREAM -> counts.endStream();
      case OVER -> {}
    }
    state = State.OVER;
  }

  private void log(Service listed, Outcome outcome, long nanos) {
    double share = listed.rules().accessLog();
    if (share == 0 || worker.share() >= share) {
      return;
    }
    InetAddress client = sender.address();
    var headers = inbound.request().headers();
    var line =
        new AccessLine(
            Instant.ofEpochMilli(worker.millis()),
            client == null ? Claims.UNKNOWN : client.getHostAddress(),
            inbound.request().method().name(),
            inbound.authority().host(),
            AccessLine.bounded(inbound.path()),
            inbound.version().text(),
            status,
            outcome.label(),
            Optional.ofNullable(error).map(EdgeError::code),
            received,
            sent,
            TimeUnit.NANOSECONDS.toMicros(nanos),
            listed.release(),
            Optional.ofNullable(target).map(Target::id),
            sender.requestId(),
            Optional.ofNullable(headers.get(HttpHeaderNames.USER_AGENT)).map(AccessLine::bounded),
            Optional.ofNullable(headers.get(HttpHeaderNames.REFERER))
                .map(AccessLine::withoutQuery));
    worker.accessLog().add(listed.name(), line);
  }
}
