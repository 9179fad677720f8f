package dev.stead.agent.deploy;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Consumer;

/// Work that is done again and again, on a virtual thread of its own, until it is closed. When it
/// fails that is logged, and it is done again all the same: nobody would notice that it has ended.
final class Recurring implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Recurring.class.getName());
  private static final Duration END_MAX = Duration.ofSeconds(2);

  private final String name;
  private final Duration first;
  private final Duration pause;
  private final Consumer<Control> work;
  private final Control control = new Control();
  private final Thread thread;

  /// @param name the thread's
  /// @param first the pause before the first time
  /// @param pause the pause before each other time
  /// @param work may pause with the control that it is given; is interrupted when this is closed
  Recurring(String name, Duration first, Duration pause, Consumer<Control> work) {
    this.name = name;
    this.first = first;
    this.pause = pause;
    this.work = work;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /// Work that never pauses itself, with a pause before each time.
  static Recurring of(String name, Duration pause, Runnable work) {
    return new Recurring(name, pause, pause, _ -> work.run());
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      control.pause(first);
      while (true) {
        try {
          work.accept(control);
        } catch (Control.Abandoned e) {
          throw e;
        } catch (RuntimeException e) {
          LOG.log(Level.ERROR, "the " + name + " failed, and goes on", e);
        }
        control.pause(pause);
      }
    } catch (Control.Abandoned e) {
      // Only close() abandons.
      return;
    }
  }

  /// Waits for what is being done, but not for long: the store that it reads is closed next.
  @Override
  public void close() {
    control.abandon();
    thread.interrupt();
    try {
      thread.join(END_MAX.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
