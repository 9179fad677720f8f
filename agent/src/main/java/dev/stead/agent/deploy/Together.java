package dev.stead.agent.deploy;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Does one thing to several instances at the same time, each on a virtual thread.
final class Together {
  private Together() {}

  /// Returns when all have ended; the first failure interrupts the others.
  ///
  /// @throws RuntimeException the first failure
  static <T> void each(String name, List<T> items, Consumer<T> work) {
    var threads = Thread.ofVirtual().name(name + " ", 1).factory();
    try (var executor = Executors.newThreadPerTaskExecutor(threads)) {
      var ended = new ExecutorCompletionService<@Nullable Void>(executor);
      items.forEach(item -> ended.submit(() -> work.accept(item), null));
      for (var ignored : items) {
        try {
          ended.take().get();
        } catch (ExecutionException e) {
          executor.shutdownNow();
          throw e;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(name, e.getCause());
    } catch (InterruptedException e) {
      throw new Control.Abandoned();
    }
  }
}
