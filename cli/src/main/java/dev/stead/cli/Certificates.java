package dev.stead.cli;

import dev.stead.sdk.Answers.Cert;
import dev.stead.sdk.Answers.CertState;
import dev.stead.sdk.Client;
import dev.stead.sdk.Code;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// The end of a deploy whose hosts are to have certificates: waits for those that are under way,
/// says where the app answers by https, and what keeps the others from it.
final class Certificates {
  /// A CA that answers at all gives a certificate within this time.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);

  private final Terminal terminal;
  private final Client client;
  private final String app;

  Certificates(Surroundings surroundings, String app) throws IOException {
    this.terminal = surroundings.terminal();
    this.client = surroundings.client();
    this.app = app;
  }

  void await() throws IOException {
    var certs = now();
    if (certs.stream().anyMatch(Certificates::isUnderWay)) {
      terminal.line(Following.label(terminal, "https") + "waiting for the certificates");
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (certs.stream().anyMatch(Certificates::isUnderWay) && System.nanoTime() < deadline) {
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        certs = now();
      }
    }
    certs.forEach(this::say);
  }

  private List<Cert> now() throws IOException {
    try {
      return client.certs(app).certs();
    } catch (ProblemException e) {
      if (e.problem().code().equals(Code.NOT_FOUND.id())) {
        // An agent before this one has none.
        return List.of();
      }
      throw e;
    }
  }

  private static boolean isUnderWay(Cert cert) {
    return cert.state() != CertState.SERVING && cert.trouble().isEmpty();
  }

  private void say(Cert cert) {
    if (cert.state() == CertState.SERVING) {
      terminal.line("  https://%s".formatted(cert.host()));
      return;
    }
    var why =
        cert.trouble()
            .map(
                trouble ->
                    "%s (%s); tried again %s"
                        .formatted(
                            trouble.problem().why(),
                            trouble.problem().code(),
                            When.text(trouble.retryAt())))
            .orElse("the CA has not given it yet; `stead certs list` says when it has");
    terminal.line(
        terminal.styled(Style.YELLOW, "  %s has no certificate yet".formatted(cert.host()))
            + ": "
            + why);
  }
}
