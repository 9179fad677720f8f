package dev.stead.agent.bundle;

import com.github.luben.zstd.Zstd;
import dev.stead.sdk.Manifest;
import dev.stead.sdk.Manifest.Chunk;
import dev.stead.sdk.Manifest.FileEntry;
import dev.stead.sdk.Wire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A bundle as a client makes it, cut into pieces of 1000 bytes.
public final class SampleBundle {
  private static final int PIECE = 1000;

  private final List<FileEntry> files = new ArrayList<>();
  private final Map<String, byte[]> chunks = new LinkedHashMap<>();

  public static SampleBundle of(String path, String text) {
    return new SampleBundle().file(path, text);
  }

  public SampleBundle file(String path, String text) {
    return file(path, text, false);
  }

  public SampleBundle executable(String path, String text) {
    return file(path, text, true);
  }

  public SampleBundle link(String path, String target) {
    return entry(new FileEntry(path, false, Optional.of(target), 0, "", List.of()));
  }

  public SampleBundle entry(FileEntry entry) {
    files.add(entry);
    return this;
  }

  private SampleBundle file(String path, String text, boolean executable) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var pieces = new ArrayList<Chunk>();
    for (var at = 0; at < bytes.length; at += PIECE) {
      var piece = Arrays.copyOfRange(bytes, at, Math.min(at + PIECE, bytes.length));
      pieces.add(new Chunk(Hashes.hex(piece), piece.length));
      chunks.put(Hashes.hex(piece), piece);
    }
    return entry(
        new FileEntry(path, executable, Optional.empty(), bytes.length, Hashes.hex(bytes), pieces));
  }

  public String id() {
    return Hashes.hex(json());
  }

  public byte[] json() {
    return Wire.write(new Manifest(files));
  }

  public byte[] zstd() {
    return Zstd.compress(json());
  }

  InputStream manifest() {
    return new ByteArrayInputStream(zstd());
  }

  public List<String> hashes() {
    return List.copyOf(chunks.keySet());
  }

  /// The frames of all chunks, in order.
  public byte[] frames() {
    var out = new ByteArrayOutputStream();
    chunks.forEach((hash, bytes) -> out.writeBytes(frame(hash, bytes)));
    return out.toByteArray();
  }

  /// The frames of some chunks.
  public byte[] frames(List<String> hashes) {
    var out = new ByteArrayOutputStream();
    hashes.forEach(hash -> out.writeBytes(frame(hash, chunk(hash))));
    return out.toByteArray();
  }

  private byte[] chunk(String hash) {
    var bytes = chunks.get(hash);
    if (bytes == null) {
      throw new AssertionError("no chunk " + hash);
    }
    return bytes;
  }

  /// The frame of one chunk.
  public static byte[] frame(byte[] bytes) {
    return frame(Hashes.hex(bytes), bytes);
  }

  static byte[] frame(String hash, byte[] bytes) {
    var compressed = Zstd.compress(bytes);
    return ByteBuffer.allocate(40 + compressed.length)
        .put(HexFormat.of().parseHex(hash))
        .putInt(bytes.length)
        .putInt(compressed.length)
        .put(compressed)
        .array();
  }

  /// Hands it all over.
  String uploadTo(Bundles bundles) throws java.io.IOException {
    bundles.announce(id(), manifest());
    bundles.store(new ByteArrayInputStream(frames()));
    return id();
  }
}
