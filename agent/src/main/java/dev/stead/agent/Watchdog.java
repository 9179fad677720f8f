package dev.stead.agent;

import dev.stead.sdk.Http;
import dev.stead.store.Store;
import dev.stead.store.StoreException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tells the service manager again and again that the agent is alive, each time only after the API
/// has answered a request over its socket and the store's committer has made a commit, or said that
/// the disk refuses it. Where either hangs, so does this thread, no sign is given, and the manager
/// starts the agent anew.
///
/// The thread is the system's own: virtual ones may hang all together.
final class Watchdog implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Watchdog.class.getName());
  private static final String LEASE = "agent/alive";

  private final Http api;
  private final Store store;
  private final Sign sign;
  private final Duration every;
  private final String owner = "agent " + ProcessHandle.current().pid();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /// A sign of life.
  interface Sign {
    void give() throws IOException;
  }

  private Watchdog(Path socket, Store store, Sign sign, Duration every) {
    this.api = new Http(socket, Map.of());
    this.store = store;
    this.sign = sign;
    this.every = every;
    this.thread = Thread.ofPlatform().name("watchdog").daemon().unstarted(this::run);
  }

  /// Gives signs until it is closed.
  ///
  /// @param socket the API's
  static Watchdog start(Path socket, Store store, Sign sign, Duration every) {
    var watchdog = new Watchdog(socket, store, sign, every);
    watchdog.thread.start();
    return watchdog;
  }

  private void run() {
    try {
      do {
        look();
      } while (!closed.await(every.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      // Only close() interrupts.
      return;
    }
  }

  private void look() {
    try {
      apiAnswers();
      committerCommits();
      sign.give();
    } catch (IOException e) {
      if (closed.getCount() > 0) {
        LOG.log(Level.WARNING, "no sign of life is given: " + e.getMessage());
      }
    }
  }

  /// Any answer will do, also one that says that the agent is too busy.
  private void apiAnswers() throws IOException {
    try (var answer = api.send("GET", "/v1/alive")) {
      answer.bytes();
    }
  }

  private void committerCommits() {
    try {
      store.acquire(LEASE, owner, "the agent is alive", every.multipliedBy(2));
    } catch (StoreException e) {
      // A full disk is told to those who write; to start the agent anew would not empty it.
      LOG.log(Level.DEBUG, "the disk refuses the watchdog's commit", e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
