package dev.stead.edge.tls;

import dev.stead.edge.control.Certificate;
import dev.stead.edge.control.CertificateSet;
import dev.stead.edge.control.Refused;
import dev.stead.edge.disk.KeptFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The certificates in force.
///
/// [#apply] and [#restore] are called by one thread at a time; everything else by any.
public final class Certificates {
  private final KeptFile<CertificateSet> file;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final UncertifiedHosts uncertified = new UncertifiedHosts();
  private volatile Served served = new Served(0, Map.of());

  /// @param byHost by exact name or `*.rest`, in lower case
  private record Served(long generation, Map<String, Certificate> byHost) {
    static Served of(CertificateSet set) {
      Map<String, Certificate> byHost = new HashMap<>();
      for (Certificate certificate : set.certificates()) {
        certificate.hosts().forEach(host -> byHost.put(lowerCase(host), certificate));
      }
      return new Served(set.generation(), byHost);
    }
  }

  public Certificates(KeptFile<CertificateSet> file) {
    this.file = file;
  }

  /// Calls back after each set that was put in force.
  void onApplied(Runnable listener) {
    listeners.add(listener);
  }

  static String lowerCase(String host) {
    return host.toLowerCase(Locale.ROOT);
  }

  /// `*.rest` for `one.rest`.
  static String wildcard(String host) {
    return "*" + host.substring(Math.max(host.indexOf('.'), 0));
  }

  public long generation() {
    return served.generation();
  }

  /// The hosts that were asked for in vain.
  public UncertifiedHosts uncertified() {
    return uncertified;
  }

  /// Whether there is a certificate for this host.
  ///
  /// @param host in lower case
  public boolean cover(String host) {
    return find(host) != null;
  }

  /// The exact name goes before the wildcard.
  @Nullable Certificate find(String host) {
    Map<String, Certificate> byHost = served.byHost();
    Certificate exact = byHost.get(host);
    return exact == null ? byHost.get(wildcard(host)) : exact;
  }

  /// Serves the kept set. It was checked when it was pushed; at a thousand certificates checking
  /// again would cost seconds in which nothing is served.
  ///
  /// @throws IOException when the kept set cannot be used
  public void restore() throws IOException {
    file.read().ifPresent(this::serve);
  }

  /// Applies a pushed set whole or not at all. When it returns without problems, the set is on disk
  /// and every handshake that begins from now on is answered from it.
  ///
  /// @throws IOException when the set cannot be kept on disk; nothing has changed then
  public Optional<Refused> apply(CertificateSet set) throws IOException {
    Served before = served;
    List<String> problems = new ArrayList<>(CertificateCheck.problems(set, before.byHost()));
    if (set.generation() < before.generation()) {
      problems.add(
          "generation %d of the certificates is older than %d, which is in force"
              .formatted(set.generation(), before.generation()));
    }
    if (!problems.isEmpty()) {
      return Optional.of(new Refused(problems));
    }
    file.write(set);
    serve(set);
    return Optional.empty();
  }

  private void serve(CertificateSet set) {
    served = Served.of(set);
    listeners.forEach(Runnable::run);
  }
}
