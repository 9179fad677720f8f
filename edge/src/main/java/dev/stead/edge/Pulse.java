package dev.stead.edge;

import dev.stead.edge.systemd.NotifySocket;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/// Tells the service manager again and again that every event loop still turns: each sign of life
/// has been through all of them.
final class Pulse {
  private final NotifySocket manager;
  private final PrintStream log;

  private Pulse(NotifySocket manager, PrintStream log) {
    this.manager = manager;
    this.log = log;
  }

  /// Goes on until the loops end.
  static void start(EventLoopGroup loops, NotifySocket manager, Duration every, PrintStream log) {
    var pulse = new Pulse(manager, log);
    loops
        .next()
        .scheduleAtFixedRate(
            () -> pulse.visit(loops.iterator()), 0, every.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void visit(Iterator<EventExecutor> rest) {
    if (rest.hasNext()) {
      rest.next().execute(() -> visit(rest));
    } else {
      say();
    }
  }

  private void say() {
    try {
      manager.alive();
    } catch (IOException e) {
      log.println("edge: " + e.getMessage());
    }
  }
}
