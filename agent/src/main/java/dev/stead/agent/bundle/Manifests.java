package dev.stead.agent.bundle;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.stead.sdk.Code;
import dev.stead.sdk.Manifest;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The manifests announced, each as JSON in `ID.json`, where the id is the SHA-256 of that JSON. A
/// manifest that has its name was proved to be sound.
///
/// The time a file was last modified is when its bundle was announced last.
final class Manifests {
  /// A manifest's JSON, decompressed. About 110,000 files of one chunk each.
  static final int JSON_BYTES_MAX = 32 << 20;

  private static final int WINDOW_LOG_MAX = 25; // 32 MiB, as large as the JSON itself
  private static final String SUFFIX = ".json";
  private static final String PARTIAL = ".partial";

  private final Path directory;
  private final Headroom headroom;

  Manifests(Path directory, Headroom headroom) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.headroom = headroom;
    for (var file : files(PARTIAL)) {
      Files.delete(file);
    }
  }

  /// Takes in a manifest, unless it is here; from now on it counts as just announced.
  ///
  /// @throws IllegalArgumentException when it is not a sound manifest, or another one than `id`
  Manifest announce(String id, InputStream zstd, Instant now) throws IOException {
    if (!Hashes.isName(id)) {
      throw new IllegalArgumentException(
          "a bundle is named by a SHA-256 in hex, not by '%s'".formatted(id));
    }
    var file = file(id);
    if (!Files.exists(file)) {
      receive(id, zstd);
    }
    Files.setLastModifiedTime(file, FileTime.from(now));
    return find(id).orElseThrow(() -> new IllegalStateException(file + " vanished"));
  }

  boolean has(String id) {
    return Hashes.isName(id) && Files.exists(file(id));
  }

  Optional<Manifest> find(String id) throws IOException {
    if (!Hashes.isName(id)) {
      return Optional.empty();
    }
    try (var json = Files.newInputStream(file(id))) {
      return Optional.of(Wire.read(json, Manifest.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Every bundle that is here and was announced since.
  List<String> announcedSince(Instant since) throws IOException {
    var ids = new ArrayList<String>();
    for (var file : files(SUFFIX)) {
      if (!Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
        ids.add(id(file));
      }
    }
    return ids;
  }

  void keepOnly(Set<String> ids) throws IOException {
    for (var file : files(SUFFIX)) {
      if (!ids.contains(id(file))) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void receive(String id, InputStream zstd) throws IOException {
    var what = "storing the manifest of bundle " + id;
    headroom.require(JSON_BYTES_MAX, what);
    var partial = Files.createTempFile(directory, "manifest", PARTIAL);
    try {
      var found = write(zstd, partial, what);
      if (!found.equals(id)) {
        throw new IllegalArgumentException(
            "the manifest announced as %s has the SHA-256 %s".formatted(id, found));
      }
      try (var json = Files.newInputStream(partial)) {
        ManifestRules.require(Wire.read(json, Manifest.class));
      }
      Files.move(partial, file(id), StandardCopyOption.ATOMIC_MOVE);
      Trees.forceNames(directory);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private String write(InputStream zstd, Path partial, String what) throws IOException {
    var digest = Hashes.sha256();
    try (var channel = FileChannel.open(partial, StandardOpenOption.WRITE);
        var out = new DigestOutputStream(Channels.newOutputStream(channel), digest);
        var json = new ZstdInputStream(zstd)) {
      json.setLongMax(WINDOW_LOG_MAX);
      var buffer = new byte[64 << 10];
      var total = 0L;
      for (var n = json.read(buffer); n >= 0; n = json.read(buffer)) {
        total += n;
        if (total > JSON_BYTES_MAX) {
          throw tooLarge(what);
        }
        out.write(buffer, 0, n);
      }
      channel.force(true);
    } catch (ZstdIOException e) {
      throw new IllegalArgumentException("the manifest is not zstd: " + e.getMessage(), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static ProblemException tooLarge(String what) {
    return new ProblemException(
        Problem.of(
            Code.TOO_LARGE,
            what,
            "its JSON is larger than %d MiB; leave out files that the app does not need"
                .formatted(JSON_BYTES_MAX >> 20)));
  }

  private List<Path> files(String suffix) throws IOException {
    try (var all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(suffix)).toList();
    }
  }

  private Path file(String id) {
    return directory.resolve(id + SUFFIX);
  }

  private static String id(Path file) {
    var name = file.getFileName().toString();
    return name.substring(0, name.length() - SUFFIX.length());
  }
}
