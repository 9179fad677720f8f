package dev.stead.agent.certs;

import dev.stead.agent.vault.Vault;
import dev.stead.store.rocks.RocksStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A process that orders certificates, in an agent's place, until it is killed: the one that a
/// process before it has left undone, and then another, in which it stops at a [Step].
final class OrderingProcess {
  private OrderingProcess() {}

  /// Where an order is cut off, in order.
  enum Step {
    /// Nothing is written down.
    BEGUN(1),
    /// The CA has taken the order, the store does not know.
    TAKEN(2),
    /// The order is in the store, its challenge is not answered.
    RECORDED(1),
    /// The CA has validated the host and not been asked for the certificate.
    VALIDATED(1),
    /// The CA has made the certificate, which nobody has fetched. The one who kills sees when.
    ISSUED(1),
    /// The certificate is fetched and not in the store.
    FETCHED(1);

    /// How often it is ordered in the end.
    final int orders;

    Step(int orders) {
      this.orders = orders;
    }

    String host() {
      return name().toLowerCase(Locale.ROOT) + ".example.com";
    }
  }

  /// Orders as it is told, and is killed where it is told to stop.
  ///
  /// @param args home, the CA's directory and root, the port that it asks, and the steps: one to
  ///   finish or `-`, one to stop at or `-`
  public static void main(String[] args) throws Exception {
    var home = Path.of(args[0]);
    var authority = new Authority(URI.create(args[1]), Optional.of(Path.of(args[2])));
    try (var store = RocksStore.open(home.resolve("store"), InstantSource.system());
        var web = new AnsweringWeb(Integer.parseInt(args[3]))) {
      var records = new CertRecords(store, Vault.open(home.resolve("secrets.key")));
      if (!args[4].equals("-")) {
        issuance(records, web, InstantSource.system())
            .obtain(authority, Step.valueOf(args[4]).host());
      }
      if (!args[5].equals("-")) {
        var step = Step.valueOf(args[5]);
        issuance(records, responder(step, web), clock(step)).obtain(authority, step.host());
      }
    }
  }

  private static Issuance issuance(CertRecords records, Responder responder, InstantSource clock) {
    return new Issuance(
        records, new Accounts(records, Optional.empty()), responder, clock, new Random(7));
  }

  private static Responder responder(Step step, AnsweringWeb web) {
    return set -> {
      var asked = !set.http().isEmpty();
      if (asked ? step == Step.RECORDED : step == Step.VALIDATED) {
        stop(step);
      }
      web.answer(set);
    };
  }

  /// An order looks at the clock to see whether the ledger has room, as it notes that it asks, when
  /// the CA has taken it, and when it has given the certificate.
  private static InstantSource clock(Step step) {
    var look =
        switch (step) {
          case BEGUN -> 2;
          case TAKEN -> 3;
          case FETCHED -> 4;
          case RECORDED, VALIDATED, ISSUED -> 0;
        };
    var looks = new AtomicInteger();
    return () -> {
      if (looks.incrementAndGet() == look) {
        stop(step);
      }
      return InstantSource.system().instant();
    };
  }

  private static void stop(Step step) {
    System.out.println(step);
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }
}
