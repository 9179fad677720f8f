package dev.stead.store.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Clients that do the same thing again and again, side by side, each on a virtual thread as the
/// API's handlers are.
///
/// @param warmUp what is done before the measured time and not counted
record Load(int clients, Duration warmUp, Duration measured) {

  static Load of(int clients) {
    return new Load(clients, Duration.ofMillis(200), Duration.ofSeconds(1));
  }

  /// One client.
  interface Client extends AutoCloseable {
    /// Does it once and returns when it is done.
    ///
    /// @param number how often it was done before by this client
    void act(long number) throws Exception;

    @Override
    default void close() throws IOException {}
  }

  interface Opening {
    /// Makes one ready.
    ///
    /// @param client its number, from 0 on
    Client open(int client) throws Exception;
  }

  /// What came of it.
  record Result(double perSecond, Histogram times) {
    String text() {
      return "%9.0f/s   p50 %8.3f ms   p99 %8.3f ms"
          .formatted(perSecond, times.quantile(0.5) / 1e6, times.quantile(0.99) / 1e6);
    }
  }

  Result run(Opening opening) throws Exception {
    long begin = System.nanoTime() + warmUp.toNanos();
    long end = begin + measured.toNanos();
    List<Callable<Histogram>> tasks = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      int number = i;
      tasks.add(() -> actUntil(opening, number, begin, end));
    }
    Histogram all = new Histogram();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("client").factory())) {
      for (Future<Histogram> times : threads.invokeAll(tasks)) {
        all.add(times.get());
      }
    }
    return new Result(all.total() / (measured.toNanos() / 1e9), all);
  }

  private static Histogram actUntil(Opening opening, int number, long begin, long end)
      throws Exception {
    Histogram times = new Histogram();
    try (Client client = opening.open(number)) {
      long now = System.nanoTime();
      for (long i = 0; now < end; i++) {
        client.act(i);
        long done = System.nanoTime();
        if (now >= begin && done <= end) {
          times.add(done - now);
        }
        now = done;
      }
    }
    return times;
  }
}
