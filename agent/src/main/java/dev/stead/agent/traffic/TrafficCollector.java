package dev.stead.agent.traffic;

import dev.stead.agent.edge.EdgeLink;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Asks the edges once a second what they have counted, on a thread of its own. So an edge that is
/// killed takes at most the last second with it.
public final class TrafficCollector implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TrafficCollector.class.getName());
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final EdgeLink edges;
  private final Traffic traffic;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private TrafficCollector(EdgeLink edges, Traffic traffic) {
    this.edges = edges;
    this.traffic = traffic;
    this.thread = Thread.ofVirtual().name("traffic").unstarted(this::run);
  }

  public static TrafficCollector start(EdgeLink edges, Traffic traffic) {
    var collector = new TrafficCollector(edges, traffic);
    collector.thread.start();
    return collector;
  }

  private void run() {
    while (closed.getCount() > 0) {
      try {
        if (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
          traffic.take(edges.traffic());
        }
      } catch (Exception e) {
        // Only close() interrupts.
        if (closed.getCount() > 0) {
          LOG.log(Level.ERROR, "Reading the traffic failed, and goes on", e);
        }
      }
    }
  }

  /// Ends the thread; what it was told last has been taken then.
  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    var interrupted = false;
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
}
