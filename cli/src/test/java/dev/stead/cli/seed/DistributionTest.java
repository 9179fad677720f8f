package dev.stead.cli.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What of a distribution travels, and when it counts as the same.
final class DistributionTest {
  private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path directory;

  @BeforeEach
  void aSmallOne() throws IOException {
    write("bin/stead-agent", "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        directory.resolve("bin/stead-agent"), PosixFilePermissions.fromString("rwxr-xr-x"));
    write("lib/agent.jar", "classes");
    write("server/state", "writes s/1\nreads s/1\n");
    write("cache/cli.aot", "stays");
    write("examples/hello/stead.toml", "stays");
  }

  @Test
  void examplesAndTheCommandLinesCacheStayHere() throws IOException {
    assertThat(read().entries())
        .extracting(Distribution.Entry::path)
        .containsExactlyInAnyOrder("bin/stead-agent", "lib/agent.jar", "server/state");
  }

  @Test
  void theNameTellsBuildsApartByContentRightsAndTime() throws IOException {
    var name = read().name();
    assertThat(name).matches("1\\.2-[0-9a-f]{8}").isEqualTo(read().name());
    write("lib/agent.jar", "Classes");
    var other = read().name();
    assertThat(other).isNotEqualTo(name);
    Files.setLastModifiedTime(
        directory.resolve("lib/agent.jar"), FileTime.from(THEN.plusSeconds(1)));
    assertThat(read().name()).isNotEqualTo(other);
  }

  @Test
  void onlyWhatIsMissingIsMissing() throws IOException {
    var distribution = read();
    assertThat(Inventory.read("").missing(distribution)).isEqualTo(distribution.bytes());
    var jar = entry(distribution, "lib/agent.jar");
    var state = entry(distribution, "server/state");
    var there = Inventory.read("have %s\npart %s 3\n".formatted(state.key(), jar.key()));
    assertThat(there.lacks(state)).isFalse();
    assertThat(there.offset(jar)).isEqualTo(3);
    assertThat(there.missing(distribution)).isEqualTo(distribution.bytes() - state.bytes() - 3);
  }

  @Test
  void aReceivedFileThatIsTooLongIsSentFromTheStart() throws IOException {
    var jar = entry(read(), "lib/agent.jar");
    var there = Inventory.read("part %s 99\n".formatted(jar.key()));
    assertThat(there.lacks(jar)).isTrue();
    assertThat(there.offset(jar)).isZero();
  }

  private static Distribution.Entry entry(Distribution distribution, String path) {
    return distribution.entries().stream()
        .filter(entry -> entry.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private Distribution read() throws IOException {
    return Distribution.read(directory, "1.2");
  }

  private void write(String path, String text) throws IOException {
    var file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(THEN));
  }
}
