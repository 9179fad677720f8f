package dev.stead.cli.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Problem;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({
    "os.version,10,C-SEED-OS,Debian GNU/Linux 12",
    "os.id,alpine,C-SEED-OS,ID=alpine",
    "libc,musl libc (x86_64),C-SEED-OS,musl",
    "arch,aarch64,C-SEED-ARCH,aarch64",
    "init,tini,C-SEED-INIT,tini",
    "memory,268435456,C-SEED-MEMORY,256 MiB",
    "free.opt,104857600,C-SEED-DISK,/opt/stead",
    "free.var,104857600,C-SEED-DISK,/var/lib/stead",
    "port.80,process 7 (nginx),C-SEED-PORT,port 80 is taken by process 7 (nginx)",
    "port.443,process 7 (nginx),C-SEED-PORT,port 443",
    "time,1799999930,C-SEED-CLOCK,70 s behind",
    "time,1800000061,C-SEED-CLOCK,61 s ahead",
    "root,no,C-SEED-SUDO,ada",
    "tools.missing,gzip flock,C-SEED-TOOLS,gzip flock",
  })
  void oneThingWrongIsNamed(String key, String value, String code, String why) {
    var found = refusals(key, value);
    assertThat(found).extracting(Problem::code).containsExactly(code);
    assertThat(found.getFirst().why()).contains(why);
    assertThat(found.getFirst().fix()).isNotBlank().doesNotContain("HOST");
  }

  @ParameterizedTest
  @CsvSource({"debian,11", "debian,13", "ubuntu,24.04"})
  void theOtherSupportedSystemsAreTaken(String id, String version) {
    var values = new TreeMap<>(Probe.read(GOOD).values());
    values.put("os.id", id);
    values.put("os.version", version);
    assertThat(Refusals.of("shop", new Probe(values), PROGRAM, NOW)).isEmpty();
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
