package dev.stead.agent.deploy;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.store.Lease;
import dev.stead.store.LeaseResult;
import dev.stead.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The right to operate on an app: one operation at a time holds the lease `apps/APP` and renews it
/// by heartbeat, so that the lease of a dead agent ends by itself.
final class Leases {
  static final Duration TIME_TO_LIVE = Duration.ofSeconds(20);
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofMillis(100);

  private final Store store;
  private final Letters letters;
  private final InstantSource clock;

  Leases(Store store, Letters letters, InstantSource clock) {
    this.store = store;
    this.letters = letters;
    this.clock = clock;
  }

  /// A lease that is being renewed. Closing it gives it back.
  final class Held implements AutoCloseable {
    private final String name;
    private final String owner;
    private final Control control;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Held(String name, String owner, Control control) {
      this.name = name;
      this.owner = owner;
      this.control = control;
      Thread.ofVirtual().name("lease " + owner).start(this::beat);
    }

    private void beat() {
      try {
        while (!closed.await(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS)) {
          if (!store.renew(name, owner)) {
            control.refuse(
                Problem.of(
                    Code.LEASE_HELD,
                    "holding the lease of " + name,
                    "it ran out before it could be renewed, so another operation may have begun"));
            return;
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /// Does nothing when it was closed or abandoned before.
    @Override
    public void close() {
      if (closed.getCount() > 0) {
        closed.countDown();
        store.release(name, owner);
      }
    }

    /// Stops renewing without giving it back: the next agent takes it over.
    void abandon() {
      closed.countDown();
    }
  }

  /// Who wants an app's lease, and what for.
  ///
  /// @param owner from [#newOwner]; an operation's id
  /// @param what in a word: `deploy`
  record Claim(String app, String owner, String what, String actor) {
    private String title() {
      return "%s of %s".formatted(what, app);
    }
  }

  /// A name that nobody else holds a lease under.
  String newOwner(String app) {
    return app + "-" + letters.draw(8);
  }

  /// Takes an app's lease for what is done at once and is no operation.
  ///
  /// @param what in a word: `removal`
  /// @throws ProblemException `D-LEASE-HELD`, naming who holds it
  Held take(String app, String what, String actor) {
    return take(new Claim(app, newOwner(app), what, actor), new Control());
  }

  /// Takes an app's lease.
  ///
  /// @throws ProblemException `D-LEASE-HELD`, naming who holds it
  Held take(Claim claim, Control control) {
    var name = name(claim.app());
    var note = "%s by %s".formatted(claim.what(), claim.actor());
    return switch (store.acquire(name, claim.owner(), note, TIME_TO_LIVE)) {
      case LeaseResult.Acquired acquired -> new Held(name, claim.owner(), control);
      case LeaseResult.Held(var by) -> throw new ProblemException(held(claim, by));
    };
  }

  /// Takes an app's lease as soon as it is free, but waits no longer than `patience`.
  Held await(Claim claim, Control control, Duration patience) {
    var waited = Elapsed.start();
    while (true) {
      try {
        return take(claim, control);
      } catch (ProblemException e) {
        if (waited.reached(patience)) {
          throw e;
        }
      }
      control.pause(RETRY);
    }
  }

  /// Ends the lease that an agent before this one left. Its store is open here, so it is dead.
  void takeOver(String app) {
    store.lease(name(app)).ifPresent(left -> store.release(name(app), left.owner()));
  }

  private Problem held(Claim claim, Lease by) {
    return Problem.of(
        Code.LEASE_HELD,
        claim.title(),
        "%s is under way since %s (for %s, operation %s)"
            .formatted(
                by.note(),
                by.since(),
                Elapsed.text(Duration.between(by.since(), clock.instant())),
                by.owner()));
  }

  private static String name(String app) {
    return "apps/" + app;
  }
}
