package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stead.rig.host.Project;
import dev.stead.rig.host.SmallDisk;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Releases and logs live within a budget; what is live, the release before it and volumes stay.
final class PruneTest {
  private static final int DISK_MIB = 700;

  /// Four of these are more than a fifth of that disk.
  private static final int RELEASE_MIB = 38;

  private static final int DEPLOYS = 6;

  @Test
  void oldReleasesAreDeletedToKeepTheDiskBudget() throws IOException {
    assumeTrue(SmallDisk.isPossible(), "only root may mount a file system");
    try (var project = Project.copyOf("rig/apps/good");
        var stead = Stead.onSmallDisk(DISK_MIB)) {
      project.replace("stead.toml", "\"*.py\"", "\"*.py\", \"weight\"");
      project.write(
          "stead.toml", project.read("stead.toml") + "\n[volumes.data]\npath = \"data\"\n");
      weigh(project, 1);
      stead.up(project);
      var kept = stead.home().resolve("volumes/sample/data/kept");
      Files.writeString(kept, "for ever");
      for (var release = 2; release <= DEPLOYS; release++) {
        weigh(project, release);
        stead.deploy(project);
      }
      stead.run(project, "rollback", "v5").succeeded();

      assertThat(releases(stead)).contains("v6", "v5", "v4").doesNotContain("v1", "v2");
      assertThat(kept).hasContent("for ever");
      stead.run(project, "rollback", "v1").failed().says("D-NO-RELEASE", "v1");
      assertThat(stead.get("sample", "/").body()).contains("release 5");

      fill(stead.home());
      weigh(project, DEPLOYS + 1);
      stead.run(project, "deploy").failed().says("D-NO-DISK", "MiB are free", "must stay free");
      assertThat(stead.get("sample", "/").body()).contains("release 5");
    }
  }

  @Test
  void theOldestLogsAreDeletedToKeepTheirBudget() throws IOException {
    var budget = 1 << 20;
    try (var project = Project.copyOf("rig/apps/good");
        var stead = Stead.fresh()) {
      Files.createDirectories(stead.home());
      Files.writeString(
          stead.home().resolve("settings.json"), "{\"log-bytes-max\":%d}".formatted(budget));
      project.replace(
          "app.py",
          "print(\"good is ready\", flush=True)",
          """
          for line in range(60_000):
              print(f"line {line} of many, each of which takes some room in the log", flush=True)
          print("good is ready", flush=True)\
          """);
      stead.up(project);
      stead.run(project, "logs", "-n", "5").succeeded().says("line 59999 of many");
      assertThat(bytesUnder(stead.home().resolve("logs"))).isLessThan(2L * budget);
    }
  }

  private static void weigh(Project project, int release) throws IOException {
    Files.write(project.directory().resolve("weight"), noise(RELEASE_MIB, release));
  }

  // Nothing of it compresses, and no release shares a chunk with another.
  private static byte[] noise(int mebibytes, long seed) {
    var bytes = new byte[mebibytes << 20];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /// Leaves a few megabytes.
  private static void fill(Path directory) throws IOException {
    var free = Files.getFileStore(directory).getUsableSpace() >> 20;
    var ballast = new byte[1 << 20];
    try (var file = Files.newOutputStream(directory.resolve("ballast"))) {
      for (var i = 0; i < free - 20; i++) {
        file.write(ballast);
      }
    }
  }

  private static Stream<String> releases(Stead stead) throws IOException {
    try (var entries = Files.list(stead.home().resolve("releases/sample"))) {
      return entries.map(entry -> entry.getFileName().toString()).toList().stream();
    }
  }

  private static long bytesUnder(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
