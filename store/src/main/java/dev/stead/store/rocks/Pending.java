package dev.stead.store.rocks;

import dev.stead.store.CompactedException;
import dev.stead.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A command and whoever waits for it.
record Pending<R>(Command<R> command, CompletableFuture<R> result) {
  /// The outcome of a command that the state machine refused.
  record Refused(RuntimeException why) {}

  Pending(Command<R> command) {
    this(command, new CompletableFuture<>());
  }

  /// Tells what became of it.
  ///
  /// @param outcome the command's result, or [Refused]
  void complete(Object outcome) {
    if (outcome instanceof Refused refused) {
      result.completeExceptionally(refused.why());
    } else {
      result.complete(command.resultType().cast(outcome));
    }
  }

  /// Tells that nobody knows what became of it.
  void fail(Throwable cause) {
    result.completeExceptionally(cause);
  }

  R await() {
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        throw refusal;
      }
      if (e.getCause() instanceof CompactedException refusal) {
        throw refusal;
      }
      if (e.getCause() instanceof StoreException refusal) {
        throw refusal;
      }
      throw new StoreException(
          "Could not write to the store: %s. Whether it was written shows after the next successful write; read before you repeat it."
              .formatted(e.getCause()),
          e);
    }
  }
}
