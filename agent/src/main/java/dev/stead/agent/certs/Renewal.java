package dev.stead.agent.certs;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// When a certificate is replaced, and when it is said that it was not.
final class Renewal {
  private static final int LIFE_LEFT = 3;
  private static final int ALERT_LIFE_LEFT = 4;

  /// The moment is spread over this part of the life, so that certificates that were ordered
  /// together are not all renewed together.
  private static final int SPREAD = 30;

  private Renewal() {}

  /// With a third of its life left, or a little earlier.
  static Instant time(Instant notBefore, Instant notAfter, RandomGenerator chance) {
    var life = Duration.between(notBefore, notAfter);
    var early = (long) (life.dividedBy(SPREAD).toMillis() * chance.nextDouble());
    return notAfter.minus(life.dividedBy(LIFE_LEFT)).minusMillis(early);
  }

  /// A moment of a window, each as likely as the other.
  static Instant within(Instant start, Instant end, RandomGenerator chance) {
    var window = Duration.between(start, end);
    return start.plusMillis((long) (window.toMillis() * chance.nextDouble()));
  }

  /// With a quarter of its life left somebody should know.
  static Instant alert(Instant notBefore, Instant notAfter) {
    return notAfter.minus(Duration.between(notBefore, notAfter).dividedBy(ALERT_LIFE_LEFT));
  }
}
