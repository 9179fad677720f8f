package dev.stead.agent.certs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.agent.certs.Ledger.Entry;
import dev.stead.agent.certs.Ledger.Kind;
import dev.stead.agent.certs.OrderingProcess.Step;
import dev.stead.agent.vault.Vault;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Orders whose process is killed (SIGKILL) in the middle, on a real store and a real CA.
@Timeout(300)
final class KilledOrdersTest {
  private static final String NONE = "-";

  @TempDir Path home;
  private final List<Process> processes = new ArrayList<>();
  private Pebble pebble;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    pebble = new Pebble(home);
  }

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
    pebble.close();
  }

  @Test
  void whereverAnOrderIsCutOffItEndsInOneCertificate() throws Exception {
    var undone = NONE;
    for (var step : Step.values()) {
      killAt(step, undone);
      undone = step.name();
    }
    assertThat(run(undone, NONE).waitFor()).isZero();

    try (var store = RocksStore.open(home.resolve("store"), InstantSource.system())) {
      assertThat(store.check()).isEmpty();
      var records = new CertRecords(store, Vault.open(home.resolve("secrets.key")));
      var ledger = records.ledger(pebble.authority());
      for (var step : Step.values()) {
        assertThat(records.certificate(step.host())).as(step.name()).isPresent();
        assertThat(records.order(step.host())).as(step.name()).isEmpty();
        assertThat(kinds(ledger, step.host())).as(step.name()).isEqualTo(expected(step));
      }
    }
    assertThat(issued()).isEqualTo(Step.values().length);
  }

  /// What is to be counted: each order that the CA has taken, and one certificate.
  private static List<Kind> expected(Step step) {
    var kinds = new ArrayList<>(Collections.nCopies(step.orders, Kind.ORDERED));
    kinds.add(Kind.ISSUED);
    return kinds;
  }

  private static List<Kind> kinds(Ledger ledger, String host) {
    return ledger.entries().stream()
        .filter(entry -> entry.host().equals(host))
        .map(Entry::kind)
        .toList();
  }

  private void killAt(Step step, String undone) throws Exception {
    var before = issued() + (undone.equals(NONE) || isIssued(undone) ? 0 : 1);
    var process = run(undone, step.name());
    Waiting.until(
        "the order is " + step,
        () -> {
          assertThat(process.isAlive()).isTrue();
          return step == Step.ISSUED ? issued() > before : output().contains(step.name());
        });
    assertThat(process.destroyForcibly().waitFor()).isNotZero();
  }

  /// The CA has made its certificate before the process was killed.
  private static boolean isIssued(String step) {
    return Step.valueOf(step).compareTo(Step.ISSUED) >= 0;
  }

  private long issued() throws IOException {
    try (var lines = Files.lines(home.resolve("pebble.log"))) {
      return lines.filter(line -> line.contains("Issued certificate serial")).count();
    }
  }

  private String output() throws IOException {
    return Files.readString(home.resolve("ordering.log"));
  }

  private Process run(String undone, String stopAt) throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OrderingProcess.class.getName(),
                home.toString(),
                pebble.authority().directory().toString(),
                home.resolve("tls.pem").toString(),
                Integer.toString(pebble.httpPort),
                undone,
                stopAt)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("ordering.log").toFile())
            .start();
    processes.add(process);
    return process;
  }
}
