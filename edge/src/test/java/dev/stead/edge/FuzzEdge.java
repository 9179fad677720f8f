package dev.stead.edge;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// `bench/fuzz-edge [SECONDS] [NUMBER]`: sends batches of [Fuzz] for so long, from this one on, or
/// from one drawn by lot. Ends with a line for each bar, and with an error when one was missed.
final class FuzzEdge {
  private static final long SECONDS = 300;
  private static final int FAULTS_SHOWN_MAX = 20;
  private static final double GROWTH_MAX = 16;

  private final NoLeaks leaks = new NoLeaks();
  private final List<String> missed = new ArrayList<>();
  private long batches;
  private long faults;

  private FuzzEdge() {}

  public static void main(String... args) throws IOException {
    long seconds = args.length > 0 ? Long.parseLong(args[0]) : SECONDS;
    long first =
        args.length > 1
            ? Long.parseLong(args[1])
            : new SplittableRandom().nextLong(Integer.MAX_VALUE);
    System.out.printf(
        "batches from %d on; `bench/fuzz-edge SECONDS NUMBER` begins with that one%n", first);
    new FuzzEdge().run(Duration.ofSeconds(seconds), first);
  }

  private void run(Duration time, long first) throws IOException {
    leaks.watch();
    try (var fuzz = new Fuzz()) {
      long begun = System.nanoTime();
      // Pools and code have their size after a third of the time.
      send(fuzz, first, begun + time.toNanos() / 3);
      double heap = heapMebibytes();
      double direct = directMebibytes();
      send(fuzz, first, begun + time.toNanos());
      System.out.printf("%d batches, %d requests forwarded%n", batches, fuzz.forwarded());
      atMost("faults", (double) faults, "found", 0);
      atMost("heap-growth", heapMebibytes() - heap, "MiB", GROWTH_MAX);
      atMost("direct-growth", directMebibytes() - direct, "MiB", GROWTH_MAX);
    }
    List<String> lost = leaks.found();
    lost.forEach(System.out::println);
    atMost("leaks", lost.size(), "found", 0);
    if (!missed.isEmpty()) {
      throw new AssertionError("missed: " + missed);
    }
  }

  private void send(Fuzz fuzz, long first, long endNanos) throws IOException {
    while (System.nanoTime() - endNanos < 0) {
      for (String fault : fuzz.batch(first + batches)) {
        faults++;
        if (faults <= FAULTS_SHOWN_MAX) {
          System.out.println(fault);
        }
      }
      batches++;
    }
  }

  private static double heapMebibytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return mebibytes(runtime.totalMemory() - runtime.freeMemory());
  }

  private static double directMebibytes() {
    var allocator = (ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT;
    return mebibytes(allocator.metric().usedDirectMemory());
  }

  private static double mebibytes(long bytes) {
    return bytes / (double) (1 << 20);
  }

  private void atMost(String name, double value, String unit, double wanted) {
    boolean met = value <= wanted;
    System.out.printf(
        Locale.ROOT,
        "bar fuzz-edge-%s %.1f %s (wanted ≤ %.0f) %s%n",
        name,
        value,
        unit,
        wanted,
        met ? "met" : "missed");
    if (!met) {
      missed.add(name);
    }
  }
}
