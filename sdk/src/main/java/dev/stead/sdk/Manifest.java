package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/// The files of a bundle, in path order. A bundle is named by the SHA-256 of its manifest's JSON.
@Json(naming = Naming.LowerHyphen)
public record Manifest(List<FileEntry> files) {

  /// Most files in one bundle.
  public static final int FILES_MAX = 200_000;

  public Manifest {
    Objects.requireNonNull(files, "files is missing");
    files = List.copyOf(files);
    if (files.size() > FILES_MAX) {
      throw new IllegalArgumentException(
          "a bundle holds at most %d files, this one has %d".formatted(FILES_MAX, files.size()));
    }
    var seen = new TreeSet<String>();
    for (var file : files) {
      if (!seen.add(file.path())) {
        throw new IllegalArgumentException("the bundle names '%s' twice".formatted(file.path()));
      }
    }
  }

  /// One file or symbolic link.
  ///
  /// @param path relative, `/`-separated, without `.` and `..`
  /// @param executable whether its owner may execute it
  /// @param link what a symbolic link points to, relative and inside the bundle; such an entry has
  ///   no chunks
  /// @param sha256 of the whole file, hex
  /// @param chunks its pieces in order
  @Json(naming = Naming.LowerHyphen)
  public record FileEntry(
      String path,
      boolean executable,
      Optional<String> link,
      long size,
      String sha256,
      List<Chunk> chunks) {
    public FileEntry {
      Objects.requireNonNull(path, "path is missing");
      Objects.requireNonNull(sha256, "sha256 is missing");
      Objects.requireNonNull(chunks, "chunks is missing");
      chunks = List.copyOf(chunks);
      if (path.isEmpty()
          || path.startsWith("/")
          || path.indexOf('\0') >= 0
          || List.of(path.split("/", -1)).stream()
              .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))) {
        throw new IllegalArgumentException(
            "path '%s' must be relative and stay inside the bundle".formatted(path));
      }
    }
  }

  /// A content-defined piece of a file.
  ///
  /// @param sha256 of its bytes, hex
  /// @param size in bytes, uncompressed
  @Json(naming = Naming.LowerHyphen)
  public record Chunk(String sha256, int size) {
    public Chunk {
      Objects.requireNonNull(sha256, "sha256 is missing");
    }
  }
}
