package dev.stead.store.rocks;

import dev.stead.store.StoreException;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A command and who is told what became of it. A future would do the same with several objects and
/// turns of its own for each of hundreds of thousands of writes in a second.
final class Pending<R> {
  private final Command<R> command;
  private final Consumer<Pending<R>> whenTold;
  private volatile @Nullable Object outcome;

  /// The outcome of a command that the state machine refused.
  record Refused(RuntimeException why) {}

  /// The outcome of a command of which nobody knows what became.
  private record Failed(Throwable cause) {}

  /// One that the thread which makes it waits for, see [#await].
  Pending(Command<R> command) {
    Thread waiting = Thread.currentThread();
    this(command, _ -> LockSupport.unpark(waiting));
  }

  /// One that nobody waits for.
  Pending(Command<R> command, Consumer<Pending<R>> whenTold) {
    this.command = command;
    this.whenTold = whenTold;
  }

  Command<R> command() {
    return command;
  }

  /// Tells what became of it.
  ///
  /// @param result the command's, or [Refused]
  void complete(Object result) {
    outcome = result;
    whenTold.accept(this);
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
    while (outcome == null) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return result();
  }

  /// The result, once it was told, or what it was refused or failed with.
  R result() {
    Object told = Objects.requireNonNull(outcome, "nobody was told yet");
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
