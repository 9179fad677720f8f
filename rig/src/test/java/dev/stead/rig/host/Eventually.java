package dev.stead.rig.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what another process brings about and tells nobody: asks again and again until a
/// deadline.
public final class Eventually {
  private static final Duration PAUSE = Duration.ofMillis(10);

  private Eventually() {}

  /// Waits.
  ///
  /// @param what completes the sentence "waited 10 s for …"
  /// @throws AssertionError when it does not hold in time
  public static void until(String what, Duration within, BooleanSupplier holds) {
    until(() -> what, within, holds);
  }

  public static void until(Supplier<String> what, Duration within, BooleanSupplier holds) {
    var deadline = System.nanoTime() + within.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited %d ms for %s".formatted(within.toMillis(), what.get()));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /// Waits until there is one, and returns it.
  public static <T> T found(Supplier<String> what, Duration within, Supplier<Optional<T>> search) {
    var found = new AtomicReference<Optional<T>>(Optional.empty());
    until(
        what,
        within,
        () -> {
          found.set(search.get());
          return found.get().isPresent();
        });
    return found.get().orElseThrow();
  }

  /// Like [#until], for conditions that may find nobody to ask: then they do not hold yet.
  public static void succeeds(String what, Duration within, Attempt attempt) {
    until(what, within, () -> holds(attempt));
  }

  /// Lets time pass, for what is to happen at a moment that chance has chosen.
  public static void pass(Duration time) {
    var end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private static boolean holds(Attempt attempt) {
    try {
      return attempt.holds();
    } catch (IOException | AssertionError _) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting", e);
    }
  }

  /// A condition that needs a connection to be asked.
  @FunctionalInterface
  public interface Attempt {
    boolean holds() throws IOException, InterruptedException;
  }
}
