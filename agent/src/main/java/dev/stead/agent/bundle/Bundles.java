package dev.stead.agent.bundle;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Code;
import dev.stead.sdk.Manifest;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Every bundle of a server: the chunks received, the manifests that name them, and the release
/// directories made from both. Safe for concurrent use, but for one release being made or removed
/// by two at once: the app's lease sees to that.
///
/// What the disk refuses is an [UncheckedIOException] that names the file; too little free space is
/// a [ProblemException] with `D-NO-DISK`.
public final class Bundles {
  /// What was announced or received within this time may belong to an upload under way and is kept.
  public static final Duration GRACE = Duration.ofHours(1);

  /// A new release takes files over from at most so many earlier ones, the newest first.
  static final int SHARED_RELEASES_MAX = 3;

  private final Path home;
  private final InstantSource clock;
  private final Headroom headroom;
  private final Chunks chunks;
  private final Manifests manifests;
  private final Releases releases;

  /// Held across file operations, on purpose: between the answer to an announcement (chunks that
  /// need not be sent) and a collection, nothing may come. It also keeps it to one manifest in
  /// memory at a time while uploads are announced.
  private final ReentrantLock announcing = new ReentrantLock();

  /// What was measured last; null when something changed since.
  private volatile @Nullable Usage measured;

  private Bundles(Path home, InstantSource clock, Headroom headroom) throws IOException {
    this.home = home;
    this.clock = clock;
    this.headroom = headroom;
    this.chunks = new Chunks(home.resolve("chunks"), headroom);
    this.manifests = new Manifests(home.resolve("bundles"), headroom);
    this.releases = new Releases(home.resolve("releases"));
  }

  /// Opens what lies under Stead's home; what an agent that died left unfinished is cleared away.
  public static Bundles open(Path home, InstantSource clock, Headroom headroom) {
    try {
      return new Bundles(home, clock, headroom);
    } catch (IOException e) {
      throw headroom.refused(e, "opening the bundles in " + home);
    }
  }

  /// What lies on the disk, in bytes. A file that releases share by hard link counts once.
  public record Usage(long chunks, long releases) {}

  /// The chunks still missing of a bundle announced before; empty when it is unknown.
  public Optional<Answers.Missing> missing(String id) {
    return find(id).map(this::missing);
  }

  /// Takes in a bundle's manifest and says which of its chunks are missing.
  ///
  /// @param manifestZstd its JSON, compressed
  /// @throws IOException when the stream breaks
  /// @throws IllegalArgumentException when it is not a sound manifest, or not the one named `id`
  public Answers.Missing announce(String id, InputStream manifestZstd) throws IOException {
    announcing.lock();
    try {
      return missing(manifests.announce(id, manifestZstd, clock.instant()));
    } finally {
      announcing.unlock();
    }
  }

  /// Takes in a sequence of chunk frames until the stream ends. Those received whole are kept, also
  /// when a later one is refused or cut; they are durable when this returns.
  ///
  /// @return how many chunks there were
  /// @throws IOException when the stream breaks
  /// @throws IllegalArgumentException when a frame is not sound
  public int store(InputStream frames) throws IOException {
    try {
      return chunks.receive(frames);
    } finally {
      measured = null;
    }
  }

  /// Whether the manifest and every chunk of it are here.
  public boolean complete(String id) {
    return missing(id).map(lacking -> lacking.chunks().isEmpty()).orElse(false);
  }

  /// The files of a bundle.
  ///
  /// @throws ProblemException `A-NO-BUNDLE` when it is unknown
  public Manifest manifest(String id) {
    return find(id)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(Code.NO_BUNDLE, "using bundle " + id, "its manifest is not here")));
  }

  /// The size of a bundle's files.
  ///
  /// @throws ProblemException `A-NO-BUNDLE` when it is unknown
  public long bytes(String id) {
    return manifest(id).files().stream().mapToLong(Manifest.FileEntry::size).sum();
  }

  /// Makes the directory of a release; does nothing when it is there. It appears whole and durable
  /// or not at all. With [Sharing#HARD_LINKS] its files are read-only.
  ///
  /// @return [#directory]
  /// @throws ProblemException `A-NO-BUNDLE` when something of the bundle is missing, `D-NO-DISK`
  ///   when it would not leave enough free space
  public Path materialise(String bundle, String app, int release, Sharing sharing) {
    var directory = directory(app, release);
    if (Files.isDirectory(directory)) {
      return directory;
    }
    try {
      make(bundle, app, release, sharing);
      return directory;
    } catch (IOException e) {
      throw headroom.refused(e, making(app, release));
    } finally {
      measured = null;
    }
  }

  /// Where a release's files lie, whether they are there or not.
  public Path directory(String app, int release) {
    return releases.directory(app, release);
  }

  /// Deletes the directory of a release; does nothing when it is gone.
  public void remove(String app, int release) {
    try {
      releases.remove(app, release);
    } catch (IOException e) {
      throw new UncheckedIOException("removing release v%d of %s".formatted(release, app), e);
    } finally {
      measured = null;
    }
  }

  /// Deletes every chunk and manifest that none of these bundles needs, but for those received
  /// within [#GRACE].
  public void keepOnly(Set<String> bundles) {
    announcing.lock();
    try {
      collect(new HashSet<>(bundles));
    } catch (IOException e) {
      throw new UncheckedIOException("collecting chunks that nothing needs in " + home, e);
    } finally {
      announcing.unlock();
      measured = null;
    }
  }

  /// Measured anew only when something was received, made or removed since.
  public Usage usage() {
    var known = measured;
    if (known != null) {
      return known;
    }
    try {
      var now =
          new Usage(Trees.bytes(home.resolve("chunks")), Trees.bytes(home.resolve("releases")));
      measured = now;
      return now;
    } catch (IOException e) {
      throw new UncheckedIOException("measuring what lies in " + home, e);
    }
  }

  private void collect(Set<String> bundles) throws IOException {
    var since = clock.instant().minus(GRACE);
    bundles.addAll(manifests.announcedSince(since));
    var needed = new HashSet<String>();
    for (var id : bundles) {
      manifests.find(id).ifPresent(manifest -> needed.addAll(hashes(manifest)));
    }
    manifests.keepOnly(bundles);
    chunks.keepOnly(needed, since);
  }

  private void make(String bundle, String app, int release, Sharing sharing) throws IOException {
    var what = making(app, release);
    var materialisation = new Materialisation(manifest(bundle), chunks, sharing, what);
    for (var made : releases.made(app).stream().limit(SHARED_RELEASES_MAX).toList()) {
      share(made, sharing, materialisation);
    }
    headroom.require(materialisation.bytesNeeded(), what);
    try {
      var directory = releases.making(app, release);
      materialisation.make(directory);
      releases.publish(directory, app, release, new Releases.Note(bundle, sharing));
    } finally {
      releases.abandon(app, release);
    }
  }

  private static String making(String app, int release) {
    return "making release v%d of %s".formatted(release, app);
  }

  // Files of a release that an install step wrote to can be written; they get no second name.
  private void share(Releases.Made made, Sharing sharing, Materialisation with) throws IOException {
    var note = made.read();
    if (note.isEmpty()
        || (sharing == Sharing.HARD_LINKS && note.orElseThrow().sharing() != sharing)) {
      return;
    }
    var manifest = manifests.find(note.orElseThrow().bundle());
    if (manifest.isPresent()) {
      with.shareFrom(
          made.directory(), manifest.orElseThrow(), Files.getLastModifiedTime(made.note()));
    }
  }

  private Answers.Missing missing(Manifest manifest) {
    return new Answers.Missing(
        hashes(manifest).stream().filter(hash -> !chunks.has(hash)).toList());
  }

  private static Set<String> hashes(Manifest manifest) {
    var hashes = new LinkedHashSet<String>();
    for (var file : manifest.files()) {
      for (var chunk : file.chunks()) {
        hashes.add(chunk.sha256());
      }
    }
    return hashes;
  }

  private Optional<Manifest> find(String id) {
    try {
      return manifests.find(id);
    } catch (IOException e) {
      throw new UncheckedIOException("reading the manifest of bundle " + id, e);
    }
  }
}
