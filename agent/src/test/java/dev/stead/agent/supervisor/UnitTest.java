package dev.stead.agent.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the systemd supervisor writes for systemd and shells, and reads of what they wrote. That
/// units work, the rig's servers show.
final class UnitTest {
  private static final Instant AT = Instant.ofEpochSecond(1_795_662_083L);
  private static final OptionalLong LIMIT = OptionalLong.of(64L << 20);

  @TempDir Path directory;

  @Test
  void anyValueReachesTheCommandAsItIs() throws IOException {
    var odd = "a\"b'c$d\\e\nf%n`x` é \t#z=\u001b\r";
    SortedMap<String, String> environment = new TreeMap<>();
    environment.put("ODD", odd);

    assertThat(started(environment, "printf %s \"$ODD\"")).isEqualTo(odd);
  }

  @Test
  void whatAnAppStoresIsNotForEverybody() throws IOException {
    assertThat(started(new TreeMap<>(), "umask")).isEqualTo("0027\n");
  }

  @Test
  void aVariableThatNoShellCanHaveIsRefused() {
    SortedMap<String, String> environment = new TreeMap<>();
    environment.put("A;reboot", "x");

    assertThatThrownBy(() -> StartScript.of(environment, List.of("true")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A;reboot");
  }

  @Test
  void aWordInAUnitIsQuoted() {
    assertThat(Units.quoted("a b")).isEqualTo("\"a b\"");
    assertThat(Units.quoted("\"\\%\n\t")).isEqualTo("\"\\\"\\\\%%\\n\\x09\"");
    assertThat(Units.command(List.of("echo", "$HOME"))).isEqualTo("\"echo\" \"$$HOME\"");
  }

  @Test
  void endsAreExplainedBySystemdsOwnWords() {
    assertThat(UnitRecord.exit(AT.getEpochSecond() + " exited 7 no 1024", LIMIT))
        .isEqualTo(new Exit.Code(AT, 7));
    assertThat(UnitRecord.exit(AT.getEpochSecond() + " killed TERM no 1024", LIMIT))
        .isEqualTo(new Exit.Signal(AT, "TERM", false));
    assertThat(UnitRecord.exit(AT.getEpochSecond() + " dumped SEGV no -", LIMIT).explain())
        .isEqualTo("killed by SIGSEGV (core dumped)");
    assertThat(UnitRecord.exit(AT.getEpochSecond() + " killed KILL yes 67108864", LIMIT).explain())
        .isEqualTo("out of memory: limit 64 MiB, peak 64 MiB");
    assertThat(UnitRecord.exit(AT.getEpochSecond() + " killed KILL yes -", LIMIT).explain())
        .isEqualTo("out of memory: limit 64 MiB, peak not seen");
  }

  @Test
  void theUserOfALongNameIsCutAndStaysApart() {
    assertThat(AppUsers.name("cv")).isEqualTo("stead-app-cv");
    assertThat(AppUsers.name("staging.cv")).matches("stead-app-staging-cv-[0-9a-f]{8}");
    assertThat(AppUsers.name("staging-cv")).isEqualTo("stead-app-staging-cv");
    var one = AppUsers.name("a-very-long-name-of-an-app-1");
    var other = AppUsers.name("a-very-long-name-of-an-app-2");
    assertThat(one).hasSize(32).startsWith("stead-app-a-very-long-n-").isNotEqualTo(other);
  }

  /// What `unit.sh` says of waits: 1 s after the first end, doubled with each further one.
  @Test
  void theWaitsBetweenRunsDoubleUpToAMinute() throws IOException, InterruptedException {
    var record = new UnitRecord(directory);
    for (long wait : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      unit("ended");
      var end = record.lastExit(OptionalLong.empty()).orElseThrow().at();
      assertThat(record.until()).contains(end.plusSeconds(wait));
    }
    assertThat(record.ends()).isEqualTo(8);
  }

  @Test
  void afterASteadyMinuteTheWaitsBeginAnew() throws IOException, InterruptedException {
    var record = new UnitRecord(directory);
    unit("ended");
    unit("ended");
    var last = record.lastExit(OptionalLong.empty()).orElseThrow().at();
    Files.writeString(directory.resolve("began"), (last.getEpochSecond() - 61) + "\n");

    unit("ended");

    var end = record.lastExit(OptionalLong.empty()).orElseThrow().at();
    assertThat(record.until()).contains(end.plusSeconds(1));
  }

  @Test
  void oneThatWasNotAliveIsExplainedAndWasNeverSteady() throws IOException, InterruptedException {
    var record = new UnitRecord(directory);
    unit("ended");
    for (long wait : new long[] {2, 4}) {
      Files.writeString(directory.resolve("began"), "0\n");
      record.condemn(new Verdict("GET /alive answered 500:\n a \\n  b", Duration.ofSeconds(59)));
      unit("ended");
      var end = record.lastExit(OptionalLong.empty()).orElseThrow();
      assertThat(end.explain())
          .isEqualTo("ended since it was not alive: GET /alive answered 500: a \\n b");
      assertThat(record.until()).contains(end.at().plusSeconds(wait));
    }
    record.condemn(new Verdict("it is closed", Duration.ofSeconds(60)));
    unit("ended");
    var last = record.lastExit(OptionalLong.empty()).orElseThrow();
    assertThat(record.until()).contains(last.at().plusSeconds(1));
    unit("ended");
    assertThat(record.lastExit(OptionalLong.empty())).containsInstanceOf(Exit.Code.class);
  }

  private void unit(String act) throws IOException, InterruptedException {
    var script = directory.resolve("unit.sh");
    try (var resource = UnitTest.class.getResourceAsStream("unit.sh")) {
      assertThat(resource).isNotNull();
      Files.write(script, resource.readAllBytes());
    }
    var builder = new ProcessBuilder("/bin/sh", script.toString(), act, directory.toString());
    builder.environment().put("EXIT_CODE", "exited");
    builder.environment().put("EXIT_STATUS", "1");
    assertThat(builder.inheritIO().start().waitFor()).isZero();
  }

  /// What a command prints that is started as units start it.
  private String started(SortedMap<String, String> environment, String line) throws IOException {
    var script = directory.resolve("start");
    Files.write(script, StartScript.of(environment, List.of("/bin/sh", "-c", line)));
    var process = new ProcessBuilder(StartScript.RUN_INPUT).redirectInput(script.toFile()).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
