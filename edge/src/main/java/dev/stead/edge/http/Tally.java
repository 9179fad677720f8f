package dev.stead.edge.http;

import dev.stead.edge.control.Outcome;
import dev.stead.edge.routing.LiveService;
import dev.stead.edge.traffic.LoopTraffic;
import dev.stead.edge.traffic.ReleaseCounts;
import org.jspecify.annotations.Nullable;

/// What is counted of one exchange: once, as it ends first, whatever else follows.
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
  private final long sinceNanos;
  private ReleaseCounts counts;
  private State state = State.IN_FLIGHT;
  private int status;
  private @Nullable FileAnswer file;
  private long fileBytes;

  Tally(Worker worker) {
    this.worker = worker;
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
    if (next != counts && state == State.IN_FLIGHT) {
      counts.leave();
      counts = next;
      counts.enter();
    }
  }

  /// Bytes of the request's body, or of the tunnel that it became.
  void in(long bytes) {
    counts.in(bytes);
  }

  void out(long bytes) {
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
    counts.out(moved);
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
    switch (state) {
      case IN_FLIGHT -> counts.end(outcome, worker.nanos() - sinceNanos);
      case STREAM -> counts.endStream();
      case OVER -> {}
    }
    state = State.OVER;
  }
}
