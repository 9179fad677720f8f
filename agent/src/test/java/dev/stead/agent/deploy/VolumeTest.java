package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stead.agent.deploy.World.End;
import dev.stead.sdk.Answers.Volume;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class VolumeTest {
  private static final long MEBIBYTE = 1 << 20;

  /// Serves as the sample does, and only with a volume that it likes.
  private static final Sample APP =
      Sample.of("cv")
          .process("web", "! grep -q broken data/text 2>/dev/null && " + Sample.WEB, 1)
          .volume("data", "data");

  private World world;
  private String bundle;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    bundle = world.upload(Sample.server("one"));
  }

  @AfterEach
  void close() throws Exception {
    world.apps.unmountVolumes();
    world.close();
  }

  @Test
  void aRestoreBringsBackWhatABackupHeld() throws Exception {
    world.deploy(APP.config(), bundle);
    write("first");
    var archive = backup();
    write("second");

    var end = restore(archive);

    assertThat(end.code()).as(end.text()).isEmpty();
    assertThat(end.text()).contains("holding requests", "replacing volume data");
    assertThat(text()).isEqualTo("first");
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(besides()).containsExactly("data");
    assertThat(world.history("cv").changes().getFirst().message())
        .isEqualTo("restore v1: volume data");
  }

  @Test
  void aRestoreThatTheAppCannotRunWithIsTakenBack() throws Exception {
    world.deploy(APP.config(), bundle);
    write("broken");
    var archive = backupOfRunning();
    write("whole");

    var end = restore(archive);

    assertThat(end.code()).as(end.text()).hasValue("D-CRASHED");
    assertThat(text()).isEqualTo("whole");
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(besides()).containsExactly("data");
  }

  @Test
  void anAgentThatEndsWithinARestorePutsTheFormerContentBack() throws Exception {
    world.deploy(APP.config(), bundle);
    write("broken");
    var archive = backupOfRunning();
    write("whole");
    world.apps.receiveVolume("cv", "data", new ByteArrayInputStream(archive));
    world.apps.restoreVolume("cv", "data", World.plain(), "ada@test");
    World.await("the new content is in place", () -> text().equals("broken"));

    world.restartAgent();

    World.await("the app is back", () -> world.operation("cv").outcome().isPresent());
    assertThat(text()).isEqualTo("whole");
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(besides()).containsExactly("data");
  }

  @Test
  void whatIsNoVolumeOrNoArchiveIsRefused() throws Exception {
    world.deploy(APP.config(), bundle);
    write("whole");

    assertThatThrownBy(() -> world.apps.backUpVolume("cv", "date", World.plain(), "ada@test"))
        .hasMessageContaining("it has data");
    assertThatThrownBy(() -> world.apps.sendVolume("cv", "data", ByteArrayOutputStream::new))
        .hasMessageContaining("no copy of it was made");
    var rubbish = new ByteArrayInputStream(new byte[100]);
    assertThatThrownBy(() -> world.apps.receiveVolume("cv", "data", rubbish))
        .hasMessageContaining("gzip");
    assertThatThrownBy(() -> world.apps.restoreVolume("cv", "data", World.plain(), "ada@test"))
        .hasMessageContaining("nothing was sent");
    assertThat(text()).isEqualTo("whole");
  }

  @Test
  void aVolumeWithASizeIsFullThereAndGrows() throws Exception {
    assumeLoop();
    var end = world.deploy(sized(20).config(), bundle);
    assertThat(end.code()).as(end.text()).isEmpty();
    assertThat(volume().enforced()).as(end.text()).isTrue();
    assertThat(volume().bytesMax()).hasValue(20 * MEBIBYTE);
    var file = data().resolve("zeros");
    assertThatThrownBy(() -> Files.write(file, new byte[21 << 20]))
        .hasMessageContaining("No space left on device");
    Files.delete(file);
    write("kept");

    var grown = world.deploy(sized(40).config(), bundle);

    // Some containers may mount and not enlarge.
    if (!grown.text().contains("volume data keeps its 20 MiB: `resize2fs")) {
      assertThat(grown.text()).contains("volume data grew from 20 to 40 MiB");
      Files.write(file, new byte[30 << 20]);
    }
    assertThat(text()).isEqualTo("kept");
    Files.deleteIfExists(file);
    assertThat(world.deploy(sized(16).config(), bundle).text()).contains("never shrinks");
  }

  @Test
  void aVolumeWithASizeIsMountedAgainAfterAReboot() throws Exception {
    assumeLoop();
    world.deploy(sized(16).config(), bundle);
    write("kept");
    var archive = backup();
    world.end("cv", world.apps.stop("cv", World.plain(), "ada@test"));
    world.apps.unmountVolumes();
    assertThat(data().resolve("text")).doesNotExist();

    world.restartAgent();
    world.end("cv", world.apps.start("cv", World.plain(), "ada@test"));

    assertThat(text()).isEqualTo("kept");
    write("other");
    assertThat(restore(archive).code()).isEmpty();
    assertThat(text()).isEqualTo("kept");
    assertThat(volume().enforced()).isTrue();
    assertThat(besides()).containsExactlyInAnyOrder("data", "data.img");
  }

  @Test
  void aVolumeThatWasMadeWithoutASizeIsWatched() throws Exception {
    world.deploy(APP.config(), bundle);
    write("whole");

    var end = world.deploy(sized(16).config(), bundle);

    assertThat(end.text()).contains("its size is watched, not enforced");
    assertThat(volume().enforced()).isFalse();
    assertThat(volume().bytesMax()).hasValue(16 * MEBIBYTE);
    Files.write(data().resolve("zeros"), new byte[17 << 20]);
    assertThat(world.apps.findings())
        .filteredOn(finding -> finding.about().equals("volume data of cv"))
        .singleElement()
        .satisfies(
            finding -> assertThat(finding.text()).startsWith("17 of 16 MiB are used; its size"));
  }

  private static Sample sized(int mebibytes) {
    return Sample.of("cv").volume("data", "data", OptionalLong.of(mebibytes * MEBIBYTE));
  }

  private static void assumeLoop() throws IOException {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
            && Files.exists(Path.of("/dev/loop-control")),
        "a file system of its own needs root and loop devices");
  }

  private byte[] backup() throws Exception {
    var end = world.end("cv", world.apps.backUpVolume("cv", "data", World.plain(), "ada@test"));
    assertThat(end.code()).as(end.text()).isEmpty();
    assertThat(end.text()).contains("holding requests", "copying volume data");
    var archive = new ByteArrayOutputStream();
    world.apps.sendVolume("cv", "data", () -> archive);
    return archive.toByteArray();
  }

  /// Of content that the app would not start with.
  private byte[] backupOfRunning() throws IOException {
    var snapshot = Files.createDirectories(data().resolveSibling("data.snapshot"));
    Files.copy(data().resolve("text"), snapshot.resolve("text"));
    var archive = new ByteArrayOutputStream();
    world.apps.sendVolume("cv", "data", () -> archive);
    return archive.toByteArray();
  }

  private End restore(byte[] archive) throws Exception {
    world.apps.receiveVolume("cv", "data", new ByteArrayInputStream(archive));
    return world.end("cv", world.apps.restoreVolume("cv", "data", World.plain(), "ada@test"));
  }

  private Path data() {
    return world.home.resolve("volumes/cv/data");
  }

  private void write(String text) throws IOException {
    Files.writeString(data().resolve("text"), text);
  }

  private String text() {
    try {
      return Files.readString(data().resolve("text"));
    } catch (IOException e) {
      return "(" + e.getMessage() + ")";
    }
  }

  private Volume volume() {
    return world.apps.volumes().volumes().getFirst();
  }

  private String[] besides() throws IOException {
    try (var all = Files.list(data().getParent())) {
      return all.map(path -> path.getFileName().toString()).toArray(String[]::new);
    }
  }
}
