package dev.stead.agent.bundle;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.Code;
import dev.stead.sdk.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundlesTest {
  private static final String LONG =
      IntStream.range(0, 700).mapToObj(n -> "line " + n).collect(joining("\n"));

  @TempDir Path home;
  private final AtomicLong free = new AtomicLong(1L << 40);
  private Instant now = Instant.now();
  private Bundles bundles;

  @BeforeEach
  void open() {
    bundles = Bundles.open(home, () -> now, new Headroom(free::get, 1L << 30));
  }

  @Test
  void anUploadIsAskedForOnceAndThenComplete() throws IOException {
    var hello = SampleBundle.of("hello.txt", LONG);
    assertThat(bundles.missing(hello.id())).isEmpty();

    var missing = bundles.announce(hello.id(), hello.manifest());

    assertThat(missing.chunks()).containsExactlyElementsOf(hello.hashes()).hasSizeGreaterThan(4);
    assertThat(bundles.complete(hello.id())).isFalse();
    assertThat(bundles.store(new ByteArrayInputStream(hello.frames())))
        .isEqualTo(hello.hashes().size());
    assertThat(bundles.complete(hello.id())).isTrue();
    assertThat(bundles.announce(hello.id(), hello.manifest()).chunks()).isEmpty();
    assertThat(bundles.bytes(hello.id())).isEqualTo(LONG.length());
  }

  @Test
  void whatCameWholeBeforeACutIsKept() throws IOException {
    var hello = SampleBundle.of("hello.txt", LONG);
    bundles.announce(hello.id(), hello.manifest());
    var frames = hello.frames();
    var line = cutAfter(Arrays.copyOf(frames, frames.length - 1));

    assertThatThrownBy(() -> bundles.store(line)).hasMessage("the line went dead");

    var last = hello.hashes().getLast();
    assertThat(bundles.missing(hello.id()).orElseThrow().chunks()).containsExactly(last);
    open(); // another agent finds the same
    assertThat(bundles.missing(hello.id()).orElseThrow().chunks()).containsExactly(last);
  }

  @Test
  void aReleaseHasTheFilesOfItsBundle() throws IOException {
    var bundle =
        SampleBundle.of("static/a.txt", LONG)
            .executable("bin/run", "#!/bin/sh\n")
            .file("empty", "")
            .link("static/current", "../bin/run");
    var directory = bundles.materialise(bundle.uploadTo(bundles), "cv", 1, Sharing.HARD_LINKS);

    assertThat(directory).isEqualTo(home.resolve("releases/cv/v1"));
    assertThat(directory.resolve("static/a.txt")).hasContent(LONG);
    assertThat(directory.resolve("empty")).isEmptyFile();
    assertThat(mode(directory.resolve("static/a.txt"))).isEqualTo("r--r--r--");
    assertThat(mode(directory.resolve("bin/run"))).isEqualTo("r-xr-xr-x");
    assertThat(directory.resolve("static/current").toRealPath())
        .isEqualTo(directory.resolve("bin/run").toRealPath());
    assertThat(bundles.materialise(bundle.id(), "cv", 1, Sharing.HARD_LINKS)).isEqualTo(directory);
  }

  @Test
  void releasesShareEqualFiles() throws IOException {
    var first = SampleBundle.of("a", LONG).file("b", "one").uploadTo(bundles);
    var second = SampleBundle.of("dir/a", LONG).file("b", "two").uploadTo(bundles);
    var v1 = bundles.materialise(first, "cv", 1, Sharing.HARD_LINKS);
    var before = bundles.usage().releases();

    var v2 = bundles.materialise(second, "cv", 2, Sharing.HARD_LINKS);

    assertThat(Files.isSameFile(v1.resolve("a"), v2.resolve("dir/a"))).isTrue();
    assertThat(v2.resolve("b")).hasContent("two");
    assertThat(bundles.usage().releases() - before).isLessThan(LONG.length());
    bundles.remove("cv", 1);
    assertThat(v1).doesNotExist();
    assertThat(v2.resolve("dir/a")).hasContent(LONG);
  }

  @Test
  void aReleaseThatAnInstallStepWritesToSharesNothing() throws IOException {
    var bundle = SampleBundle.of("a", LONG).uploadTo(bundles);
    var v1 = bundles.materialise(bundle, "cv", 1, Sharing.HARD_LINKS);

    var v2 = bundles.materialise(bundle, "cv", 2, Sharing.COPIES);
    Files.writeString(v2.resolve("a"), "changed by the install step");
    var v3 = bundles.materialise(bundle, "cv", 3, Sharing.HARD_LINKS);

    assertThat(v1.resolve("a")).hasContent(LONG);
    assertThat(v3.resolve("a")).hasContent(LONG);
    assertThat(Files.isSameFile(v2.resolve("a"), v3.resolve("a"))).isFalse();
  }

  @Test
  void aFileThatWasModifiedIsNotTakenOver() throws IOException {
    var bundle = SampleBundle.of("a", LONG).uploadTo(bundles);
    var v1 = bundles.materialise(bundle, "cv", 1, Sharing.HARD_LINKS);
    Files.delete(v1.resolve("a"));
    Files.writeString(v1.resolve("a"), LONG.replace('l', 'B'));
    Files.setLastModifiedTime(
        v1.resolve("a"), FileTime.from(Instant.now().plus(Duration.ofSeconds(1))));
    var v2 = bundles.materialise(bundle, "cv", 2, Sharing.COPIES);
    Files.writeString(v2.resolve("a"), LONG.replace('l', 'C'));
    Files.setLastModifiedTime(v2.resolve("a"), FileTime.from(Instant.EPOCH));

    var v3 = bundles.materialise(bundle, "cv", 3, Sharing.COPIES);

    assertThat(v2.resolve("a")).hasContent(LONG.replace('l', 'C'));
    var v4 = bundles.materialise(bundle, "cv", 4, Sharing.HARD_LINKS);
    assertThat(v3.resolve("a")).hasContent(LONG);
    assertThat(v4.resolve("a")).hasContent(LONG);
  }

  @Test
  void aVolumeInAReleaseIsNeitherSharedNorDeleted(@TempDir Path volume) throws IOException {
    var bundle = SampleBundle.of("data/a", LONG).uploadTo(bundles);
    var v1 = bundles.materialise(bundle, "cv", 1, Sharing.HARD_LINKS);
    Files.move(v1.resolve("data/a"), volume.resolve("a"));
    Files.delete(v1.resolve("data"));
    Files.createSymbolicLink(v1.resolve("data"), volume);

    var v2 = bundles.materialise(bundle, "cv", 2, Sharing.HARD_LINKS);
    bundles.remove("cv", 1);

    assertThat(volume.resolve("a")).hasContent(LONG);
    assertThat(Files.isSameFile(volume.resolve("a"), v2.resolve("data/a"))).isFalse();
  }

  @Test
  void aReleaseHalfMadeWhenTheAgentDiedIsNeverTakenForWhole() throws IOException {
    var bundle = SampleBundle.of("a", LONG).uploadTo(bundles);
    Files.createDirectories(home.resolve("releases/cv/v1.making/sub"));
    Files.createDirectories(home.resolve("releases/cv/v2.gone/sub"));
    open();

    assertThat(home.resolve("releases/cv")).isEmptyDirectory();
    assertThat(bundles.materialise(bundle, "cv", 1, Sharing.HARD_LINKS).resolve("a"))
        .hasContent(LONG);
  }

  @Test
  void aDamagedChunkIsFoundAndAskedForAgain() throws IOException {
    var sample = SampleBundle.of("a", LONG);
    var bundle = sample.uploadTo(bundles);
    var hash = sample.hashes().get(1);
    var file = home.resolve("chunks/" + hash.substring(0, 2) + "/" + hash + ".zst");
    Files.write(file, new byte[] {1, 2, 3});

    assertThatThrownBy(() -> bundles.materialise(bundle, "cv", 1, Sharing.HARD_LINKS))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("A-NO-BUNDLE: making release v1 of cv: chunk " + hash);

    assertThat(home.resolve("releases/cv")).isEmptyDirectory();
    assertThat(bundles.missing(bundle).orElseThrow().chunks()).containsExactly(hash);
  }

  @Test
  void nothingIsWrittenThatWouldLeaveTooLittleFreeSpace() throws IOException {
    var sample = SampleBundle.of("a", LONG);
    var bundle = sample.uploadTo(bundles);
    free.set((1L << 30) + 100);

    assertThatThrownBy(() -> bundles.materialise(bundle, "cv", 1, Sharing.HARD_LINKS))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(Code.NO_DISK.id()))
        .hasMessageContaining("it needs 1 MiB, 1025 MiB are free, and 1024 MiB must stay free");
    var other = SampleBundle.of("b", LONG + "more");
    assertThatThrownBy(() -> bundles.announce(other.id(), other.manifest()))
        .hasMessageContaining(Code.NO_DISK.id());
    free.set(1L << 30);
    assertThatThrownBy(() -> bundles.store(new ByteArrayInputStream(other.frames())))
        .hasMessageContaining(Code.NO_DISK.id());
    assertThat(home.resolve("releases/cv")).doesNotExist();
  }

  @Test
  void collectingSparesWhatIsNeededAndWhatIsNew() throws IOException {
    var kept = SampleBundle.of("a", "kept " + LONG);
    var gone = SampleBundle.of("a", "gone " + LONG);
    var fresh = SampleBundle.of("a", "fresh " + LONG);
    kept.uploadTo(bundles);
    gone.uploadTo(bundles);
    now = now.plus(Bundles.GRACE).plus(Duration.ofMinutes(1));
    fresh.uploadTo(bundles);
    var before = bundles.usage().chunks();

    bundles.keepOnly(Set.of(kept.id()));

    assertThat(bundles.complete(kept.id())).isTrue();
    assertThat(bundles.complete(fresh.id())).isTrue();
    assertThat(bundles.missing(gone.id())).isEmpty();
    assertThat(bundles.usage().chunks()).isPositive().isLessThan(before);
  }

  @Test
  void whatWasJustAnnouncedAgainIsNotCollected() throws IOException {
    var again = SampleBundle.of("a", LONG);
    again.uploadTo(bundles);
    now = now.plus(Bundles.GRACE).plus(Duration.ofMinutes(1));
    assertThat(bundles.announce(again.id(), again.manifest()).chunks()).isEmpty();

    bundles.keepOnly(Set.of());

    assertThat(bundles.complete(again.id())).isTrue();
  }

  @Test
  void anInstallStepsReadOnlyDirectoriesAreDeletedToo() throws IOException {
    var bundle = SampleBundle.of("a", LONG).uploadTo(bundles);
    var v1 = bundles.materialise(bundle, "cv", 1, Sharing.COPIES);
    var cache = Files.createDirectories(v1.resolve("cache/sub"));
    Files.writeString(cache.resolve("file"), "x");
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("r-xr-xr-x"));

    bundles.remove("cv", 1);

    assertThat(v1).doesNotExist();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /// A connection that dies after so many bytes.
  private static InputStream cutAfter(byte[] bytes) {
    var dead =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the line went dead");
          }

          @Override
          public int read(byte[] into, int at, int length) throws IOException {
            return read();
          }
        };
    return new SequenceInputStream(new ByteArrayInputStream(bytes), dead);
  }
}
