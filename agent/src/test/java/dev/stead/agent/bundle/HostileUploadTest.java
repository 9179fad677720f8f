package dev.stead.agent.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.stead.sdk.Manifest.Chunk;
import dev.stead.sdk.Manifest.FileEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostileUploadTest {
  private static final String HASH = Hashes.hex(new byte[] {7});

  @TempDir Path home;
  private Bundles bundles;

  @BeforeEach
  void open() {
    bundles = Bundles.open(home, Instant::now, new Headroom(() -> 1L << 40, 0));
  }

  @AfterEach
  void nothingWasTakenIn() {
    assertThat(home.resolve("bundles")).isEmptyDirectory();
    assertThat(home.resolve("chunks/incoming")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../x", "a/../../x", "a//b", ".", "a/.", "", "a\\u0000b"})
  void pathsThatLeaveTheBundleAreRefused(String path) {
    var json =
        """
        {"files":[{"path":"%s","executable":false,"size":0,"sha256":"%s","chunks":[]}]}"""
            .formatted(path, HASH);

    assertThatThrownBy(() -> announce(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be relative and stay inside the bundle");
  }

  @ParameterizedTest
  @CsvSource({
    "a,          /etc,       is not relative",
    "a,          ..,         leads outside",
    "d/a,        ../../x,    leads outside",
    "d/a,        b/../../x,  leads outside",
    "d/a,        b/..,       leads outside",
  })
  void linksThatLeaveTheBundleAreRefused(String path, String target, String why) {
    assertThatThrownBy(() -> announce(new SampleBundle().link(path, target)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'%s' in the manifest is a link to '%s'", path, target)
        .hasMessageContaining(why);
  }

  @Test
  void nothingIsWrittenThroughALink() {
    var bundle = SampleBundle.of("d/file", "x").link("l", "d").file("l/file", "y");

    assertThatThrownBy(() -> announce(bundle))
        .hasMessageContaining("'l/file' in the manifest lies below 'l', which is not a directory");
  }

  @Test
  void sizesMustBeWhatTheChunksSay() {
    assertThatThrownBy(() -> announce(file(5, new Chunk(HASH, 4))))
        .hasMessageContaining("'a' in the manifest has 5 bytes, its chunks 4");
    assertThatThrownBy(() -> announce(file(1 << 30, new Chunk(HASH, 1 << 30))))
        .hasMessageContaining("has a chunk of 1073741824 bytes, not within 1 … 1048576");
    assertThatThrownBy(() -> announce(file(-1, new Chunk(HASH, -1))))
        .hasMessageContaining("has a chunk of -1 bytes");
    assertThatThrownBy(() -> announce(file(4, new Chunk("../../x", 4))))
        .hasMessageContaining("has a chunk '../../x', which is no SHA-256");
  }

  @Test
  void aManifestMustBeTheOneAnnounced() {
    var real = SampleBundle.of("a", "x");
    var other = SampleBundle.of("a", "y");

    assertThatThrownBy(() -> bundles.announce(real.id(), other.manifest()))
        .hasMessageContaining(
            "the manifest announced as %s has the SHA-256 %s", real.id(), other.id());
    assertThatThrownBy(() -> bundles.announce("../../etc", other.manifest()))
        .hasMessageContaining("a bundle is named by a SHA-256 in hex, not by '../../etc'");
    assertThat(bundles.missing("../../etc/passwd")).isEmpty();
    assertThatThrownBy(() -> announce("nonsense")).hasMessageContaining("not a valid Manifest");
    assertThatThrownBy(() -> announce("{}")).hasMessageContaining("not a valid Manifest");
    assertThatThrownBy(
            () -> bundles.announce(HASH, new ByteArrayInputStream("no zstd".getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the manifest is not zstd");
  }

  @Test
  void aManifestThatGrowsWithoutBoundIsCutOff() {
    var bomb = Zstd.compress(new byte[Manifests.JSON_BYTES_MAX + 1]);
    assertThat(bomb.length).isLessThan(10_000);

    assertThatThrownBy(() -> bundles.announce(HASH, new ByteArrayInputStream(bomb)))
        .hasMessageContaining("A-TOO-LARGE")
        .hasMessageContaining("larger than 32 MiB");
  }

  @Test
  void framesAreProvedBeforeTheyAreKept() {
    var bytes = "chunk".getBytes(UTF_8);
    var good = SampleBundle.frame(Hashes.hex(bytes), bytes);

    refused(SampleBundle.frame(HASH, bytes), "chunk " + HASH + " has another SHA-256");
    refused(with(good, 32, 4), "does not decompress to 4 bytes");
    refused(with(good, 32, 6), "has 5 bytes, not 6");
    refused(with(good, 32, 0), "frame 1: size 0 is not within 1 … 1048576");
    refused(with(good, 32, 1 << 30), "frame 1: size 1073741824 is not within");
    refused(with(good, 36, Integer.MAX_VALUE), "frame 1: compressed size 2147483647 is not within");
    refused(with(good, 36, -1), "frame 1: compressed size -1 is not within");
    refused(java.util.Arrays.copyOf(good, good.length - 1), "frame 1 is cut off");
    refused(java.util.Arrays.copyOf(good, 39), "frame 1 is cut off");
    var bomb = Zstd.compress(new byte[100 << 20]);
    refused(
        ByteBuffer.allocate(40 + bomb.length)
            .put(32, new byte[] {0, 0x10, 0, 0})
            .putInt(36, bomb.length)
            .put(40, bomb)
            .array(),
        "does not decompress to 1048576 bytes");
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  private void refused(byte[] frames, String why) {
    assertThatThrownBy(() -> bundles.store(new ByteArrayInputStream(frames)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static byte[] with(byte[] frame, int at, int value) {
    return ByteBuffer.wrap(frame.clone()).putInt(at, value).array();
  }

  private static SampleBundle file(long size, Chunk chunk) {
    return new SampleBundle()
        .entry(new FileEntry("a", false, Optional.empty(), size, HASH, List.of(chunk)));
  }

  private void announce(SampleBundle bundle) throws IOException {
    bundles.announce(bundle.id(), bundle.manifest());
  }

  private void announce(String json) throws IOException {
    var bytes = json.getBytes(UTF_8);
    bundles.announce(Hashes.hex(bytes), new ByteArrayInputStream(Zstd.compress(bytes)));
  }
}
