package dev.stead.cli.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.stead.sdk.Problem;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each reason that a server is refused for, one thing wrong with it at a time.
final class RefusalsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final long PROGRAM = 200L << 20;

  private static final String GOOD =
      """
      Welcome to Debian!
      user=ada
      root=yes
      time=1800000002
      os.id=debian
      os.version=12
      os.name=Debian GNU/Linux 12 (bookworm)
      arch=x86_64
      libc=glibc 2.36
      init=systemd 252
      memory=492830720
      cores=1
      free.opt=2000000000
      free.var=2000000000
      tools.missing=
      port.80=
      port.443=
      end=yes
      """;

  @Test
  void aBareDebianOf512MegabytesIsTaken() {
    assertThat(refusals("", "")).isEmpty();
  }

  /// Key and value of the probe, the code, and what the cause says.
  private static final List<List<String>> WRONG =
      List.of(
          List.of("os.version", "10", "C-SEED-OS", "Debian GNU/Linux 12"),
          List.of("os.id", "alpine", "C-SEED-OS", "ID=alpine"),
          List.of("libc", "musl libc (x86_64)", "C-SEED-OS", "musl"),
          List.of("arch", "aarch64", "C-SEED-ARCH", "aarch64"),
          List.of("init", "tini", "C-SEED-INIT", "tini"),
          List.of("memory", "268435456", "C-SEED-MEMORY", "256 MiB"),
          List.of("free.opt", "104857600", "C-SEED-DISK", "/opt/stead"),
          List.of("free.var", "104857600", "C-SEED-DISK", "/var/lib/stead"),
          List.of(
              "port.80",
              "process 7 (nginx)",
              "C-SEED-PORT",
              "port 80 is taken by process 7 (nginx)"),
          List.of("port.443", "process 7 (nginx)", "C-SEED-PORT", "port 443"),
          List.of("time", "1799999930", "C-SEED-CLOCK", "70 s behind"),
          List.of("time", "1800000061", "C-SEED-CLOCK", "61 s ahead"),
          List.of("root", "no", "C-SEED-SUDO", "ada"),
          List.of("tools.missing", "gzip flock", "C-SEED-TOOLS", "gzip flock"));

  @TestFactory
  Stream<DynamicTest> oneThingWrongIsNamed() {
    return WRONG.stream()
        .map(row -> dynamicTest(row.getFirst() + "=" + row.get(1), () -> wrong(row)));
  }

  private static void wrong(List<String> row) {
    var found = refusals(row.getFirst(), row.get(1));
    assertThat(found).extracting(Problem::code).containsExactly(row.get(2));
    assertThat(found.getFirst().why()).contains(row.get(3));
    assertThat(found.getFirst().fix()).isNotBlank().doesNotContain("HOST");
  }

  @Test
  void theOtherSupportedSystemsAreTaken() {
    for (var system : List.of("debian 11", "debian 13", "ubuntu 24.04")) {
      var values = new TreeMap<>(Probe.read(GOOD).values());
      values.put("os.id", system.substring(0, system.indexOf(' ')));
      values.put("os.version", system.substring(system.indexOf(' ') + 1));
      assertThat(Refusals.of("shop", new Probe(values), PROGRAM, NOW)).as(system).isEmpty();
    }
  }

  @Test
  void aPortThatSteadItselfHoldsIsNotTaken() {
    assertThat(refusals("port.80", "stead")).isEmpty();
  }

  @Test
  void everythingThatIsWrongIsNamedAtOnce() {
    var probe = Probe.read("os.id=alpine\nos.name=Alpine Linux v3.20\ninit=init\nend=yes\n");
    assertThat(Refusals.of("shop", probe, PROGRAM, NOW))
        .extracting(Problem::code)
        .contains("C-SEED-OS", "C-SEED-INIT", "C-SEED-SUDO", "C-SEED-MEMORY", "C-SEED-DISK");
  }

  @Test
  void aVersionThatCannotReadWhatIsStoredIsRefused() {
    var old = StateFormat.read("writes stead-store/1\nreads stead-store/1\n");
    var stored = "writes stead-store/2 reads stead-store/1 reads stead-store/2";
    assertThat(Refusals.state("shop", stored, old))
        .hasValueSatisfying(p -> assertThat(p.why()).contains("stead-store/2"));
    assertThat(Refusals.state("shop", "writes stead-store/1", StateFormat.read(stored))).isEmpty();
    assertThat(Refusals.state("shop", "", old)).as("nothing stored").isEmpty();
  }

  private static List<Problem> refusals(String key, String value) {
    var values = new TreeMap<>(Probe.read(GOOD).values());
    values.put(key, value);
    return Refusals.of("shop", new Probe(values), PROGRAM, NOW);
  }
}
