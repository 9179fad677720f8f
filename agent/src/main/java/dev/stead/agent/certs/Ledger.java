package dev.stead.agent.certs;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/// What was asked of a CA lately, and whether its limits leave room for one more order: it is
/// better to wait than to be refused by the CA, which counts the refused ones, too. The limits are
/// those of Let's Encrypt (letsencrypt.org/docs/rate-limits, 2025).
///
/// @param entries oldest first, none older than a week, at most [#ENTRIES_MAX]
@Json(naming = Naming.LowerHyphen)
record Ledger(List<Entry> entries) {
  static final Ledger EMPTY = new Ledger(List.of());

  /// Beyond it the oldest are forgotten: the CA itself refuses then.
  static final int ENTRIES_MAX = 4_000;

  private static final Duration WEEK = Duration.ofDays(7);

  private static final Limit ORDERS = new Limit(300, Duration.ofHours(3), "orders");
  private static final Limit FAILURES =
      new Limit(5, Duration.ofHours(1), "failed validations of the host");
  private static final Limit DUPLICATES = new Limit(5, WEEK, "certificates for the same host");
  private static final Limit OF_DOMAIN =
      new Limit(50, WEEK, "certificates of the registered domain");

  Ledger {
    Objects.requireNonNull(entries, "entries is missing");
    entries = List.copyOf(entries);
  }

  enum Kind {
    ORDERED,
    ISSUED,
    FAILED
  }

  @Json(naming = Naming.LowerHyphen)
  record Entry(Instant at, Kind kind, String host) {
    Entry {
      Objects.requireNonNull(at, "at is missing");
      Objects.requireNonNull(kind, "kind is missing");
      Objects.requireNonNull(host, "host is missing");
    }
  }

  /// At most so many in so long a time.
  private record Limit(int count, Duration window, String of) {}

  /// Why an order has to wait.
  record Refusal(String why, Instant until) {}

  Ledger with(Entry entry) {
    var kept = new ArrayList<Entry>();
    entries.stream().filter(each -> each.at().isAfter(entry.at().minus(WEEK))).forEach(kept::add);
    kept.add(entry);
    return new Ledger(kept.subList(Math.max(0, kept.size() - ENTRIES_MAX), kept.size()));
  }

  /// Empty when one more order for the host is within the limits; otherwise the refusal that ends
  /// last.
  Optional<Refusal> refusal(String host, Instant now) {
    var domain = RegisteredDomain.of(host);
    return List.of(
            refusal(ORDERS, now, each -> each.kind() == Kind.ORDERED),
            refusal(FAILURES, now, each -> each.kind() == Kind.FAILED && each.host().equals(host)),
            refusal(
                DUPLICATES, now, each -> each.kind() == Kind.ISSUED && each.host().equals(host)),
            refusal(
                OF_DOMAIN,
                now,
                each ->
                    each.kind() == Kind.ISSUED && RegisteredDomain.of(each.host()).equals(domain)))
        .stream()
        .flatMap(Optional::stream)
        .max((one, other) -> one.until().compareTo(other.until()));
  }

  private Optional<Refusal> refusal(Limit limit, Instant now, Predicate<Entry> counts) {
    var within =
        entries.stream()
            .filter(counts)
            .filter(each -> each.at().isAfter(now.minus(limit.window())))
            .toList();
    if (within.size() < limit.count()) {
      return Optional.empty();
    }
    // There is room again when so many have left the window that one is missing.
    var until = within.get(within.size() - limit.count()).at().plus(limit.window());
    return Optional.of(
        new Refusal(
            "%d %s are the most in %d hours; the next may come at %s"
                .formatted(limit.count(), limit.of(), limit.window().toHours(), until),
            until));
  }
}
