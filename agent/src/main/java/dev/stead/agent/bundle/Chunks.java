package dev.stead.agent.bundle;

import dev.stead.sdk.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The chunks received, each compressed in a file of its own, `xx/HASH.zst`, where `xx` are the
/// hash's first two digits.
///
/// A chunk that has its name is whole on the disk: new ones are written below `incoming/`, made
/// durable many at once, and only then renamed. A power cut that undoes the renaming makes them
/// missing again and nothing worse. What lies in `incoming/` when the agent starts was never
/// acknowledged and goes.
final class Chunks {
  /// So many compressed bytes are made durable at once.
  static final long BATCH_BYTES = 64L << 20;

  private static final String SUFFIX = ".zst";

  private final Path directory;
  private final Path incoming;
  private final Headroom headroom;

  Chunks(Path directory, Headroom headroom) throws IOException {
    this.directory = directory;
    this.incoming = directory.resolve("incoming");
    this.headroom = headroom;
    Trees.delete(incoming);
    Files.createDirectories(incoming);
  }

  boolean has(String hash) {
    return Files.exists(file(hash));
  }

  /// Takes in frames until the stream ends; keeps those that came whole also when it does not end
  /// well.
  int receive(InputStream stream) throws IOException {
    var upload = stage();
    try {
      return receive(new Frames(stream), upload);
    } finally {
      Trees.delete(upload);
    }
  }

  private int receive(Frames frames, Path upload) throws IOException {
    var batch = new LinkedHashSet<String>();
    var batchBytes = 0L;
    var received = 0;
    try {
      for (var next = frames.next(); next.isPresent(); next = frames.next()) {
        var frame = next.orElseThrow();
        received++;
        if (has(frame.hash()) || batch.contains(frame.hash())) {
          continue;
        }
        write(upload, frame);
        batch.add(frame.hash());
        batchBytes += frame.compressed().length;
        if (batchBytes >= BATCH_BYTES) {
          publish(upload, batch);
          batchBytes = 0;
        }
      }
    } finally {
      publish(upload, batch);
    }
    return received;
  }

  /// The bytes of a chunk, proved; empty when it is not here. A damaged one is deleted, so that it
  /// counts as missing from then on.
  Optional<byte[]> read(Manifest.Chunk chunk) throws IOException {
    var file = file(chunk.sha256());
    try {
      return Optional.of(Frames.decompress(chunk.sha256(), Files.readAllBytes(file), chunk.size()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      Files.deleteIfExists(file);
      return Optional.empty();
    }
  }

  /// Deletes what is not needed and was received before that instant.
  void keepOnly(Set<String> needed, Instant receivedBefore) throws IOException {
    for (var file : files()) {
      var name = file.getFileName().toString();
      var hash = name.substring(0, name.length() - SUFFIX.length());
      if (!needed.contains(hash)
          && Files.getLastModifiedTime(file).toInstant().isBefore(receivedBefore)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private List<Path> files() throws IOException {
    try (var all = Files.walk(directory, 2)) {
      return all.filter(file -> file.toString().endsWith(SUFFIX) && !file.startsWith(incoming))
          .toList();
    }
  }

  private Path file(String hash) {
    return directory.resolve(hash.substring(0, 2)).resolve(hash + SUFFIX);
  }

  private Path stage() {
    try {
      return Files.createTempDirectory(incoming, "upload");
    } catch (IOException e) {
      throw headroom.refused(e, "receiving chunks");
    }
  }

  private void write(Path upload, Frames.Frame frame) {
    var what = "storing chunk " + frame.hash();
    headroom.require(frame.compressed().length, what);
    try {
      Files.write(upload.resolve(frame.hash()), frame.compressed());
    } catch (IOException e) {
      throw headroom.refused(e, what);
    }
  }

  private void publish(Path upload, Set<String> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      Trees.force(upload);
      for (var hash : batch) {
        Files.createDirectories(file(hash).getParent());
        Files.move(upload.resolve(hash), file(hash), StandardCopyOption.ATOMIC_MOVE);
      }
      batch.clear();
    } catch (IOException e) {
      throw headroom.refused(e, "making received chunks durable");
    }
  }
}
