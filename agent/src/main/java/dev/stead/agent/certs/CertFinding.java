package dev.stead.agent.certs;

import dev.stead.sdk.Answers.Cert;
import dev.stead.sdk.Answers.CertTrouble;
import dev.stead.sdk.Answers.Finding;
import java.time.Instant;

/// What is to be said of a host's certificate.
final class CertFinding {
  private CertFinding() {}

  static Finding of(Cert cert, Instant now) {
    var about = "cert " + cert.host();
    return switch (cert.state()) {
      case WANTED ->
          cert.trouble()
              .map(trouble -> Finding.bad(about, "none yet: " + text(trouble), fix(cert)))
              .orElseGet(
                  () -> Finding.good(about, "it is being got; the edge's own serves until then"));
      case EXPIRED ->
          Finding.bad(
              about, "it has expired at %s%s".formatted(ends(cert), because(cert)), fix(cert));
      case SERVING -> serving(about, cert, now);
    };
  }

  private static Finding serving(String about, Cert cert, Instant now) {
    var late = now.isAfter(Renewal.alert(cert.notBefore().orElse(now), ends(cert)));
    var text =
        "of %s, valid until %s%s"
            .formatted(cert.authority().orElse("one's own"), ends(cert), because(cert));
    return late || cert.trouble().isPresent()
        ? Finding.doubtful(about, text, fix(cert))
        : Finding.good(about, text);
  }

  private static Instant ends(Cert cert) {
    return cert.notAfter().orElse(Instant.MAX);
  }

  private static String because(Cert cert) {
    return cert.trouble().map(trouble -> "; no newer one: " + text(trouble)).orElse("");
  }

  private static String text(CertTrouble trouble) {
    return "%s (%s), tried again at %s"
        .formatted(trouble.problem().why(), trouble.problem().code(), trouble.retryAt());
  }

  private static String fix(Cert cert) {
    if (cert.notAfter().isPresent() && cert.authority().isEmpty()) {
      return "Bring a new one: `stead certs import`.";
    }
    return cert.trouble()
        .map(trouble -> trouble.problem().fix())
        .orElse("`stead certs renew %s` gets one now.".formatted(cert.host()));
  }
}
