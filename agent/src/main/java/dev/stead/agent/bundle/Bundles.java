package dev.stead.agent.bundle;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// Every bundle of a server: the chunks received, the manifests that name them, and the release
/// directories made from both. Safe for concurrent use.
///
/// What the disk refuses is an [java.io.UncheckedIOException] that names the file; too little free
/// space is a [dev.stead.sdk.ProblemException] with `D-NO-DISK`.
@SuppressWarnings("DoNotCallSuggester") // until the next commit
public final class Bundles {

  /// What lies on the disk, in bytes. A file that releases share by hard link counts once.
  public record Usage(long chunks, long releases) {}

  /// The chunks still missing of a bundle announced before; empty when it is unknown.
  public Optional<Answers.Missing> missing(String id) {
    throw new UnsupportedOperationException("arrives with the next commit: " + id);
  }

  /// Takes in a bundle's manifest and says which of its chunks are missing.
  ///
  /// @param manifestZstd its JSON, compressed
  /// @throws IllegalArgumentException when it is not a sound manifest, or not the one named `id`
  public Answers.Missing announce(String id, byte[] manifestZstd) {
    throw new UnsupportedOperationException("arrives with the next commit: " + id);
  }

  /// Takes in a sequence of chunk frames until the stream ends. Those received whole are kept, also
  /// when a later one is refused or cut; they are durable when this returns.
  ///
  /// @return how many chunks there were
  /// @throws IOException when the stream breaks
  /// @throws IllegalArgumentException when a frame is not sound
  public int store(InputStream frames) throws IOException {
    throw new UnsupportedOperationException("arrives with the next commit");
  }

  /// Whether the manifest and every chunk of it are here.
  public boolean complete(String id) {
    throw new UnsupportedOperationException("arrives with the next commit: " + id);
  }

  /// The files of a bundle.
  ///
  /// @throws dev.stead.sdk.ProblemException `A-NO-BUNDLE` when it is unknown
  public Manifest manifest(String id) {
    throw new UnsupportedOperationException("arrives with the next commit: " + id);
  }

  /// The size of a bundle's files.
  ///
  /// @throws dev.stead.sdk.ProblemException `A-NO-BUNDLE` when it is unknown
  public long bytes(String id) {
    throw new UnsupportedOperationException("arrives with the next commit: " + id);
  }

  /// Makes the directory of a release; does nothing when it is there. It appears whole or not at
  /// all. Its files are read-only; with [Sharing#COPIES] its directories and files can be written
  /// by the install step.
  ///
  /// @return [#directory]
  /// @throws dev.stead.sdk.ProblemException `A-NO-BUNDLE` when something of the bundle is missing,
  ///   `D-NO-DISK` when it would not leave enough free space
  public Path materialise(String bundle, String app, int release, Sharing sharing) {
    throw new UnsupportedOperationException("arrives with the next commit: " + bundle);
  }

  /// Where a release's files lie, whether they are there or not.
  public Path directory(String app, int release) {
    throw new UnsupportedOperationException("arrives with the next commit: " + app);
  }

  /// Deletes the directory of a release; does nothing when it is gone.
  public void remove(String app, int release) {
    throw new UnsupportedOperationException("arrives with the next commit: " + app);
  }

  /// Deletes every chunk and manifest that none of these bundles needs, but for those received in
  /// the last hour, which may belong to an upload under way.
  public void keepOnly(Set<String> bundles) {
    throw new UnsupportedOperationException("arrives with the next commit: " + bundles);
  }

  public Usage usage() {
    throw new UnsupportedOperationException("arrives with the next commit");
  }
}
