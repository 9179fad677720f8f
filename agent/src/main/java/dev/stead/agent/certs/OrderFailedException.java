package dev.stead.agent.certs;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An order that gave no certificate.
final class OrderFailedException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Code code;
  private final transient Problem problem;
  private final transient @Nullable Instant notBefore;

  OrderFailedException(Code code, String what, String why) {
    this(code, what, why, null);
  }

  /// @param notBefore until when asking again is known to be in vain
  OrderFailedException(Code code, String what, String why, @Nullable Instant notBefore) {
    super(what + ": " + why);
    this.code = code;
    this.problem = Problem.of(code, what, why);
    this.notBefore = notBefore;
  }

  OrderFailedException because(Throwable cause) {
    initCause(cause);
    return this;
  }

  Code code() {
    return code;
  }

  Problem problem() {
    return problem;
  }

  Optional<Instant> notBefore() {
    return Optional.ofNullable(notBefore);
  }
}
