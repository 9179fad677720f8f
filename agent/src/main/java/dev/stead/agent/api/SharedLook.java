package dev.stead.agent.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A look at something that takes its time, shared by those who ask for it at once: each gets what
/// was seen by a look that began after they asked, and only one is under way at a time. So a crowd
/// costs two looks, not one for each.
///
/// @param <T> what is seen
final class SharedLook<T> {
  private final Supplier<T> look;
  // Guarded by this.
  private CompletableFuture<?> latest = CompletableFuture.completedFuture(true);
  private @Nullable CompletableFuture<T> next;

  SharedLook(Supplier<T> look) {
    this.look = look;
  }

  /// Looks, on the thread of one of those who ask, and waits for it.
  T now() {
    CompletableFuture<T> mine;
    CompletableFuture<?> before;
    boolean isFirst;
    synchronized (this) {
      isFirst = next == null;
      mine = next == null ? new CompletableFuture<>() : next;
      next = mine;
      before = latest;
    }
    if (isFirst) {
      awaitEnd(before);
      begin(mine);
      return mine.completeAsync(look, Runnable::run).join();
    }
    return mine.join();
  }

  private static void awaitEnd(CompletableFuture<?> look) {
    try {
      look.join();
    } catch (CompletionException _) {
      // That is for those who asked then.
      return;
    }
  }

  /// From here on who asks is too late for this look.
  private synchronized void begin(CompletableFuture<T> mine) {
    latest = mine;
    next = null;
  }
}
