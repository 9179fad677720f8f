package dev.stead.agent.certs;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// Why a host has no certificate, or no newer one, and when it is tried again.
///
/// @param failures so many in a row
@Json(naming = Naming.LowerHyphen)
record Trouble(int failures, Problem problem, Instant at, Instant retryAt) {
  /// The wait is spread by this part of it, so that the hosts of a server do not ask together.
  private static final double SPREAD = 0.2;

  Trouble {
    Objects.requireNonNull(problem, "problem is missing");
    Objects.requireNonNull(at, "at is missing");
    Objects.requireNonNull(retryAt, "retry-at is missing");
  }

  /// @param before failures in a row before this one
  static Trouble after(
      int before, OrderFailedException failure, Instant now, RandomGenerator chance) {
    var wait = wait(before, failure);
    var spread = Duration.ofMillis((long) (wait.toMillis() * SPREAD * chance.nextDouble()));
    var retryAt = now.plus(wait).plus(spread);
    var known = failure.notBefore().filter(retryAt::isBefore);
    return new Trouble(before + 1, failure.problem(), now, known.orElse(retryAt));
  }

  /// Whether the CA looked, and did not find its question answered.
  boolean ofValidation() {
    return problem.code().equals(Code.CERT_VALIDATION.id());
  }

  /// Twice as long with each failure.
  private static Duration wait(int before, OrderFailedException failure) {
    return switch (failure.code()) {
      // Somebody may be writing the record right now, and a look costs nothing.
      case CERT_DNS -> doubled(Duration.ofMinutes(1), before, Duration.ofMinutes(15));
      case CERT_AUTHORITY -> doubled(Duration.ofMinutes(1), before, Duration.ofHours(2));
      default -> doubled(Duration.ofMinutes(5), before, Duration.ofHours(12));
    };
  }

  private static Duration doubled(Duration first, int times, Duration max) {
    var wait = first;
    for (int i = 0; i < times && wait.compareTo(max) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(max) < 0 ? wait : max;
  }
}
