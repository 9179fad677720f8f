package dev.stead.store.rocks;

import dev.stead.store.StoreException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A command and the thread that waits for it, which made this. A future would do the same with
/// several objects and turns of its own for each of hundreds of thousands of writes in a second.
final class Pending<R> {
  private final Command<R> command;
  private final Thread waiting = Thread.currentThread();
  private volatile @Nullable Object outcome;

  /// The outcome of a command that the state machine refused.
  record Refused(RuntimeException why) {}

  /// The outcome of a command of which nobody knows what became.
  private record Failed(Throwable cause) {}

  Pending(Command<R> command) {
    this.command = command;
  }

  Command<R> command() {
    return command;
  }

  /// Tells what became of it.
  ///
  /// @param result the command's, or [Refused]
  void complete(Object result) {
    outcome = result;
    LockSupport.unpark(waiting);
  }

  /// Tells that nobody knows what became of it, unless it was told before.
  void fail(Throwable cause) {
    if (outcome == null) {
      complete(new Failed(cause));
    }
  }

  /// Waits for it, also when interrupted: it cannot be taken back.
  R await() {
    boolean interrupted = false;
    Object told = outcome;
    while (told == null) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
      told = outcome;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return result(told);
  }

  private R result(Object told) {
    if (told instanceof Refused refused) {
      throw refused.why();
    }
    if (told instanceof Failed(StoreException refusal)) {
      throw refusal;
    }
    if (told instanceof Failed(Throwable cause)) {
      throw new StoreException(
          "Could not write to the store: %s. Whether it was written shows after the next successful write; read before you repeat it."
              .formatted(cause),
          cause);
    }
    return command.resultType().cast(told);
  }
}
