package dev.stead.agent.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Brings what instances print into the [LogStore]: one thread looks at the files they append to
/// several times a second, and frees the disk of what it has taken from them. The writers are never
/// disturbed, and never wait.
///
/// When the store refuses, lines stay where they are and are taken later.
public final class LogCollector implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LogCollector.class.getName());
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final LogStore store;
  private final InstantSource clock;
  private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();
  private final Thread thread;

  private final Object lock = new Object();
  // guarded by lock
  private boolean stopping;

  // the thread's own
  private final Map<Path, TailedOutput> outputs = new LinkedHashMap<>();
  private final HolePuncher puncher = new HolePuncher();

  private sealed interface Order {
    record Watch(Path output, LogTags tags) implements Order {}

    record Unwatch(Path output, CountDownLatch done) implements Order {}

    record Stop() implements Order {}
  }

  private LogCollector(LogStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("stead-log-collector").unstarted(this::run);
  }

  /// A collector at work.
  ///
  /// @param clock tells when lines were read
  public static LogCollector start(LogStore store, InstantSource clock) {
    LogCollector collector = new LogCollector(store, clock);
    collector.thread.start();
    return collector;
  }

  /// Takes what is printed to a file from now on, and what was since it was watched last. The file
  /// need not be there yet. Does nothing when it is watched already.
  public void watch(Path output, LogTags tags) {
    order(new Order.Watch(output, tags));
  }

  /// Takes the rest of a file and lets go of it. Returns when that is done; the file may be deleted
  /// then. Does nothing when it is not watched.
  public void unwatch(Path output) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    order(new Order.Unwatch(output, done));
    done.await();
  }

  /// Deletes all that an app has printed. None of its files is watched any more.
  public void forget(String app) {
    store.remove(app);
  }

  private void order(Order order) {
    synchronized (lock) {
      if (stopping) {
        throw new IllegalStateException("the log collector is closed");
      }
      orders.add(order);
    }
  }

  /// Takes what has been printed so far, then ends. Whoever watches the same files next goes on
  /// from there.
  @Override
  public void close() {
    synchronized (lock) {
      if (!stopping) {
        stopping = true;
        orders.add(new Order.Stop());
      }
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean running = true;
    boolean more = false;
    while (running) {
      try {
        running = obeyOrders(more ? Duration.ZERO : LOOK_EVERY);
        more = false;
        for (TailedOutput output : outputs.values()) {
          more |= take(output);
        }
      } catch (Exception | Error e) {
        LOG.log(System.Logger.Level.ERROR, "Collecting logs failed, and goes on", e);
      }
    }
  }

  /// Obeys the orders there are, or waits for the first one: as long as that when files are
  /// watched. False when one of them is to stop.
  private boolean obeyOrders(Duration patience) throws InterruptedException {
    @Nullable Order order =
        outputs.isEmpty() ? orders.take() : orders.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    boolean running = true;
    while (order != null) {
      switch (order) {
        case Order.Watch(Path output, LogTags tags) ->
            outputs.computeIfAbsent(output, file -> new TailedOutput(file, tags, puncher));
        case Order.Unwatch(Path output, CountDownLatch done) -> letGo(output, done);
        case Order.Stop _ -> running = false;
      }
      order = orders.poll();
    }
    return running;
  }

  private void letGo(Path path, CountDownLatch done) {
    try {
      TailedOutput output = outputs.remove(path);
      if (output == null) {
        return;
      }
      boolean more = true;
      while (more) {
        more = take(output);
      }
      output.takeRest(store, clock.instant());
    } catch (IOException | UncheckedIOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Could not take the last lines of {0} into the logs: {1}",
          path,
          e.getMessage());
    } finally {
      done.countDown();
    }
  }

  /// True when there is more to take at once.
  private boolean take(TailedOutput output) {
    try {
      boolean more = output.take(store, clock.instant());
      output.recovered();
      return more;
    } catch (IOException | UncheckedIOException e) {
      if (output.failed()) {
        LOG.log(
            System.Logger.Level.WARNING,
            "Could not take {0} into the logs, and tries again: {1}",
            output.file(),
            e.getMessage());
      }
      return false;
    }
  }
}
