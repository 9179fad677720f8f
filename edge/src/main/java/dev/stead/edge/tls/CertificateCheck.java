package dev.stead.edge.tls;

import dev.stead.edge.control.Certificate;
import dev.stead.edge.control.CertificateSet;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Says what is wrong with a set of certificates: every problem, each naming the hosts.
final class CertificateCheck {
  private static final Pattern HOST =
      Pattern.compile(
          "(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");

  private final Map<String, Certificate> checked;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Certificate> owners = new HashMap<>();

  private CertificateCheck(Map<String, Certificate> checked) {
    this.checked = checked;
  }

  /// @param checked those in force by host: what has not changed is not checked again, since the
  ///   check costs a signature each
  static List<String> problems(CertificateSet set, Map<String, Certificate> checked) {
    var check = new CertificateCheck(checked);
    set.certificates().forEach(check::certificate);
    return check.problems;
  }

  static boolean isHost(String host) {
    return HOST.matcher(host).matches();
  }

  private void problem(Certificate certificate, String what) {
    problems.add("certificate for %s: %s".formatted(String.join(", ", certificate.hosts()), what));
  }

  private void certificate(Certificate certificate) {
    if (certificate.hosts().isEmpty()) {
      problem(certificate, "has no hosts");
      return;
    }
    for (String listed : certificate.hosts()) {
      String host = Certificates.lowerCase(listed);
      if (!isHost(host)) {
        problem(certificate, "host '" + listed + "' is neither a name nor '*.rest'");
      }
      if (owners.putIfAbsent(host, certificate) != null) {
        problem(certificate, "host '" + listed + "' has another certificate in this set");
      }
    }
    String first = Certificates.lowerCase(certificate.hosts().getFirst());
    if (!certificate.equals(checked.get(first))) {
      identity(certificate);
    }
  }

  private void identity(Certificate certificate) {
    try {
      Identity identity = Identity.read(certificate.chainPem(), certificate.keyPem());
      identity.check();
      for (String host : certificate.hosts()) {
        if (!identity.bears(Certificates.lowerCase(host))) {
          problem(certificate, "the certificate does not bear the name '" + host + "'");
        }
      }
    } catch (GeneralSecurityException e) {
      problem(certificate, "cannot be used: " + e.getMessage());
    }
  }
}
