package dev.stead.agent.bundle;

import dev.stead.sdk.Code;
import dev.stead.sdk.Manifest;
import dev.stead.sdk.Manifest.FileEntry;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/// The files of one bundle on their way into a release directory: taken over from earlier releases
/// of the app where these have the same, made from chunks where not.
final class Materialisation {
  private final Manifest manifest;
  private final Chunks chunks;
  private final Sharing sharing;
  private final String what;
  private final Set<Content> wanted = new HashSet<>();

  /// Files that are on the disk already.
  private final Map<Content, Path> shareable = new HashMap<>();

  Materialisation(Manifest manifest, Chunks chunks, Sharing sharing, String what) {
    this.manifest = manifest;
    this.chunks = chunks;
    this.sharing = sharing;
    this.what = what;
    manifest.files().forEach(file -> wanted.add(Content.of(file)));
  }

  /// What makes two files interchangeable.
  private record Content(String sha256, boolean executable) {
    static Content of(FileEntry file) {
      return new Content(file.sha256(), file.executable());
    }
  }

  /// Lets files be taken over from an earlier release. One that was modified since it was made is
  /// not what its manifest says any more and stays out; so does one behind a link, since a volume
  /// may have taken the place of a directory.
  void shareFrom(Path release, Manifest itsManifest, FileTime madeAt) throws IOException {
    var real = release.toRealPath();
    var plainDirectories = new HashMap<Path, Boolean>();
    for (var file : itsManifest.files()) {
      var content = Content.of(file);
      var path = real.resolve(file.path());
      if (file.link().isEmpty()
          && wanted.contains(content)
          && !shareable.containsKey(content)
          && plainDirectories.computeIfAbsent(path.getParent(), Materialisation::isReal)
          && isUnmodified(path, file, madeAt)) {
        shareable.put(content, path);
      }
    }
  }

  /// The bytes that making these files will take.
  long bytesNeeded() {
    return manifest.files().stream()
        .filter(file -> sharing == Sharing.COPIES || !shareable.containsKey(Content.of(file)))
        .mapToLong(FileEntry::size)
        .sum();
  }

  void make(Path directory) throws IOException {
    for (var file : manifest.files()) {
      var path = directory.resolve(file.path());
      Files.createDirectories(path.getParent());
      if (file.link().isPresent()) {
        Files.createSymbolicLink(path, Path.of(file.link().orElseThrow()));
      } else if (!takeOver(file, path)) {
        write(file, path);
      }
    }
  }

  private static boolean isReal(Path directory) {
    try {
      return directory.toRealPath().equals(directory);
    } catch (IOException e) {
      return false; // gone: nothing to take over from there
    }
  }

  private static boolean isUnmodified(Path path, FileEntry file, FileTime madeAt)
      throws IOException {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && Files.size(path) == file.size()
        && Files.getLastModifiedTime(path).compareTo(madeAt) <= 0;
  }

  private boolean takeOver(FileEntry file, Path path) throws IOException {
    var from = shareable.get(Content.of(file));
    return from != null
        && switch (sharing) {
          case HARD_LINKS -> link(from, path);
          case COPIES -> copy(from, path, file);
        };
  }

  private static boolean link(Path from, Path path) throws IOException {
    try {
      Files.createLink(path, from);
      return true;
    } catch (FileSystemException e) {
      return false; // it has as many names as the file system allows
    }
  }

  // An install step may have written to its release, and set the time back: only the hash tells.
  // The JDK copies with copy_file_range(2), which shares blocks where the file system can.
  private boolean copy(Path from, Path path, FileEntry file) throws IOException {
    if (!Hashes.hex(from).equals(file.sha256())) {
      return false;
    }
    Files.copy(from, path, StandardCopyOption.COPY_ATTRIBUTES);
    allow(path, file);
    return true;
  }

  private void write(FileEntry file, Path path) throws IOException {
    var digest = Hashes.sha256();
    try (var out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW)) {
      for (var chunk : file.chunks()) {
        var bytes =
            chunks
                .read(chunk)
                .orElseThrow(
                    () ->
                        refused(
                            Code.NO_BUNDLE,
                            "chunk %s is missing or was damaged".formatted(chunk.sha256())));
        digest.update(bytes);
        out.write(bytes);
      }
    }
    var found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(file.sha256())) {
      throw refused(
          Code.BAD_REQUEST,
          "the manifest gives '%s' the SHA-256 %s, its chunks make %s"
              .formatted(file.path(), file.sha256(), found));
    }
    allow(path, file);
    shareable.put(Content.of(file), path);
  }

  private void allow(Path path, FileEntry file) throws IOException {
    var mode =
        switch (sharing) {
          case HARD_LINKS -> file.executable() ? "r-xr-xr-x" : "r--r--r--";
          case COPIES -> file.executable() ? "rwxr-xr-x" : "rw-r--r--";
        };
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private ProblemException refused(Code code, String why) {
    return new ProblemException(Problem.of(code, what, why));
  }
}
