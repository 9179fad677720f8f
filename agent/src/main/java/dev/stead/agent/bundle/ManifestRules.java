package dev.stead.agent.bundle;

import dev.stead.sdk.Manifest;
import dev.stead.sdk.Manifest.FileEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// What a manifest from outside must keep to, beyond what [Manifest] itself refuses, so that no
/// file made from it lies outside its release and none grows without bound.
final class ManifestRules {
  static final int PATH_BYTES_MAX = 2_048;
  static final int NAME_BYTES_MAX = 255;

  private ManifestRules() {}

  /// Refuses a manifest that breaks a rule.
  ///
  /// @throws IllegalArgumentException whose message names the file and the rule
  static void require(Manifest manifest) {
    var paths = new HashSet<String>();
    for (var file : manifest.files()) {
      paths.add(file.path());
    }
    for (var file : manifest.files()) {
      requirePath(file);
      requireParents(file, paths);
      if (file.link().isPresent()) {
        requireLink(file, file.link().orElseThrow());
      } else {
        requireChunks(file);
      }
    }
  }

  private static void requirePath(FileEntry file) {
    if (bytes(file.path()) > PATH_BYTES_MAX) {
      throw broken(file, "is longer than %d bytes".formatted(PATH_BYTES_MAX));
    }
    for (var name : Path.of(file.path())) {
      if (bytes(name.toString()) > NAME_BYTES_MAX) {
        throw broken(file, "has a name longer than %d bytes".formatted(NAME_BYTES_MAX));
      }
    }
  }

  // Also what keeps a file from being written through a link.
  private static void requireParents(FileEntry file, Set<String> paths) {
    var path = file.path();
    for (var slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      var parent = path.substring(0, slash);
      if (paths.contains(parent)) {
        throw broken(file, "lies below '%s', which is not a directory".formatted(parent));
      }
    }
  }

  // `..` only in front: there it leads through real directories, as requireParents sees to. Further
  // back it could follow another link first and so leave the bundle.
  private static void requireLink(FileEntry file, String target) {
    if (!file.chunks().isEmpty()) {
      throw broken(file, "is a link and has chunks");
    }
    if (target.isEmpty() || target.startsWith("/") || target.indexOf('\0') >= 0) {
      throw broken(file, "is a link to '%s', which is not relative".formatted(target));
    }
    var depth = Path.of(file.path()).getNameCount() - 1;
    var ups = 0;
    var descends = false;
    for (var name : Path.of(target)) {
      var up = name.toString().equals("..");
      if (up && (descends || ++ups > depth)) {
        throw broken(file, "is a link to '%s', which leads outside".formatted(target));
      }
      descends |= !up;
    }
  }

  private static void requireChunks(FileEntry file) {
    if (!Hashes.isName(file.sha256())) {
      throw broken(file, "has the SHA-256 '%s', which is none".formatted(file.sha256()));
    }
    var sum = 0L;
    for (var chunk : file.chunks()) {
      if (!Hashes.isName(chunk.sha256())) {
        throw broken(file, "has a chunk '%s', which is no SHA-256".formatted(chunk.sha256()));
      }
      if (chunk.size() <= 0 || chunk.size() > Frames.CHUNK_BYTES_MAX) {
        throw broken(
            file,
            "has a chunk of %d bytes, not within 1 … %d"
                .formatted(chunk.size(), Frames.CHUNK_BYTES_MAX));
      }
      sum += chunk.size();
    }
    if (sum != file.size()) {
      throw broken(file, "has %d bytes, its chunks %d".formatted(file.size(), sum));
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static IllegalArgumentException broken(FileEntry file, String how) {
    return new IllegalArgumentException("'%s' in the manifest %s".formatted(file.path(), how));
  }
}
