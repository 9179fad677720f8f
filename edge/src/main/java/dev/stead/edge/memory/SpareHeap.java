package dev.stead.edge.memory;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Gives back what the heap has grown by under load, once there is little to do: by itself the
/// collector does not look at its old generation before that is full, and a small server has other
/// use for the memory. That takes some tens of milliseconds in which nothing else is done, so it
/// waits for a time when hardly anybody is there to notice.
///
/// How much of the heap is then kept is for the flags of the virtual machine to say.
public final class SpareHeap {
  static final Duration EVERY = Duration.ofSeconds(5);

  /// Less processor time than that in [#EVERY] is little: some dozen requests a second.
  static final Duration LITTLE = Duration.ofMillis(100);

  /// Growth that is worth it.
  static final long WORTH_BYTES = 8 << 20;

  private final Supplier<Duration> spent;
  private final LongSupplier taken;
  private final Runnable collect;

  /// At the last look.
  private Duration spentBefore;

  /// After the last collection, or at the start.
  private long least;

  /// @param spent processor time so far
  /// @param taken bytes that the heap has of the operating system
  /// @param collect takes out what is garbage, and gives back what is free
  SpareHeap(Supplier<Duration> spent, LongSupplier taken, Runnable collect) {
    this.spent = spent;
    this.taken = taken;
    this.collect = collect;
    this.spentBefore = spent.get();
    this.least = taken.getAsLong();
  }

  /// Looks after the heap of this process to its end, on a virtual thread.
  public static void lookAfter() {
    Thread.ofVirtual().name("spare heap").start(SpareHeap::run);
  }

  private static void run() {
    var process = ProcessHandle.current();
    var heap =
        new SpareHeap(
            () -> process.info().totalCpuDuration().orElse(Duration.ZERO),
            Runtime.getRuntime()::totalMemory,
            System::gc);
    var never = new CountDownLatch(1);
    try {
      while (!never.await(EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
        heap.look();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts who looks after the heap", e);
    }
  }

  void look() {
    Duration now = spent.get();
    boolean calm = now.minus(spentBefore).compareTo(LITTLE) < 0;
    spentBefore = now;
    if (calm && taken.getAsLong() - least >= WORTH_BYTES) {
      collect.run();
      least = taken.getAsLong();
    }
  }
}
