package dev.stead.agent.bundle;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/// Reads the chunk frames of an upload, one after the other, each proved before it is given out:
///
/// ```
/// 32 bytes    SHA-256 of the chunk
///  4 bytes    size of the chunk, big-endian         1 … 1 MiB
///  4 bytes    size of what follows, big-endian
///  n bytes    the chunk, compressed with zstd
/// ```
///
/// The stream ends between two frames. One that ends within a frame was cut: the frame is refused.
final class Frames {
  static final int CHUNK_BYTES_MAX = 1 << 20;
  static final int COMPRESSED_BYTES_MAX = Math.toIntExact(Zstd.compressBound(CHUNK_BYTES_MAX));
  private static final int HASH_BYTES = 32;
  private static final int HEADER_BYTES = HASH_BYTES + 2 * Integer.BYTES;

  private final InputStream in;
  private final byte[] header = new byte[HEADER_BYTES];
  private int count;

  Frames(InputStream in) {
    this.in = in;
  }

  /// One chunk as it came.
  static final class Frame {
    private final String hash;
    private final byte[] compressed;

    private Frame(String hash, byte[] compressed) {
      this.hash = hash;
      this.compressed = compressed;
    }

    /// Its SHA-256, hex.
    String hash() {
      return hash;
    }

    /// Its zstd bytes.
    byte[] compressed() {
      return compressed;
    }
  }

  /// The next frame; empty at the end.
  ///
  /// @throws IllegalArgumentException when it is not sound
  Optional<Frame> next() throws IOException {
    var read = in.readNBytes(header, 0, HEADER_BYTES);
    if (read == 0) {
      return Optional.empty();
    }
    count++;
    if (read < HEADER_BYTES) {
      throw cut();
    }
    var hash = HexFormat.of().formatHex(header, 0, HASH_BYTES);
    var sizes = ByteBuffer.wrap(header, HASH_BYTES, 2 * Integer.BYTES);
    var size = limited("size", sizes.getInt(), CHUNK_BYTES_MAX);
    var compressed =
        in.readNBytes(limited("compressed size", sizes.getInt(), COMPRESSED_BYTES_MAX));
    if (compressed.length < sizes.getInt(HASH_BYTES + Integer.BYTES)) {
      throw cut();
    }
    decompress(hash, compressed, size);
    return Optional.of(new Frame(hash, compressed));
  }

  /// The bytes of a chunk.
  ///
  /// @throws IllegalArgumentException when the compressed bytes are not a chunk of this name and
  ///   size
  static byte[] decompress(String hash, byte[] compressed, int size) {
    var bytes = new byte[size];
    try {
      var length = Zstd.decompressByteArray(bytes, 0, size, compressed, 0, compressed.length);
      if (length != size) {
        throw new IllegalArgumentException(
            "chunk %s has %d bytes, not %d".formatted(hash, length, size));
      }
    } catch (ZstdException e) {
      throw new IllegalArgumentException(
          "chunk %s does not decompress to %d bytes: %s".formatted(hash, size, e.getMessage()), e);
    }
    if (!Hashes.hex(bytes).equals(hash)) {
      throw new IllegalArgumentException("chunk %s has another SHA-256".formatted(hash));
    }
    return bytes;
  }

  private int limited(String what, int value, int max) {
    if (value <= 0 || value > max) {
      throw new IllegalArgumentException(
          "frame %d: %s %d is not within 1 … %d".formatted(count, what, value, max));
    }
    return value;
  }

  private IllegalArgumentException cut() {
    return new IllegalArgumentException("frame %d is cut off".formatted(count));
  }
}
