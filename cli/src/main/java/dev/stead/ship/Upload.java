package dev.stead.ship;

import com.github.luben.zstd.Zstd;
import dev.stead.sdk.Client;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/// The upload of one shipment. It asks before it sends: a bundle that the agent has costs its name
/// only. An upload that is cut is tried again and asks anew what is missing, so nothing that
/// arrived is sent twice.
public final class Upload {
  static final int BATCH_BYTES_MAX = 4 << 20;
  private static final int TRIES = 4;

  /// Before the second try; the double before each further one.
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private static final int LEVEL = 3;

  private final Client client;
  private final Progress progress;
  private final Duration firstPause;
  private long sent;
  private int chunksSent;

  public Upload(Client client, Progress progress) {
    this(client, progress, FIRST_PAUSE);
  }

  Upload(Client client, Progress progress, Duration firstPause) {
    this.client = client;
    this.progress = progress;
    this.firstPause = firstPause;
  }

  /// Is told how far the upload is, in uncompressed bytes.
  @FunctionalInterface
  public interface Progress {
    void at(long done, long total);
  }

  /// What an upload came to.
  ///
  /// @param bytes bodies sent: manifest and chunks, compressed
  public record Sent(int chunks, long bytes) {}

  /// Sends what the agent lacks.
  ///
  /// @throws ProblemException with [Code#UPLOAD_CUT] when the agent could not be reached any more
  public Sent send(Shipment shipment) {
    var pause = firstPause;
    for (int attempt = 1; ; attempt++) {
      try {
        sendMissing(shipment);
        return new Sent(chunksSent, sent);
      } catch (IOException e) {
        if (attempt == TRIES || Thread.currentThread().isInterrupted()) {
          throw cut(shipment, e);
        }
        LockSupport.parkNanos(pause.toNanos());
        pause = pause.multipliedBy(2);
      }
    }
  }

  private void sendMissing(Shipment shipment) throws IOException {
    var missing = client.bundle(shipment.id());
    List<String> hashes;
    if (missing.isPresent()) {
      hashes = missing.orElseThrow().chunks();
    } else {
      var manifest = Zstd.compress(shipment.manifestJson(), LEVEL);
      hashes = client.announce(shipment.id(), manifest).chunks();
      sent += manifest.length;
    }
    sendChunks(shipment, hashes);
  }

  private void sendChunks(Shipment shipment, List<String> hashes) throws IOException {
    var pieces = new ArrayList<Shipment.Piece>();
    for (var hash : hashes) {
      pieces.add(Objects.requireNonNull(shipment.pieces().get(hash), hash));
    }
    long total = pieces.stream().mapToLong(Shipment.Piece::size).sum();
    long done = 0;
    var batch = new ByteArrayOutputStream();
    int inBatch = 0;
    for (int i = 0; i < pieces.size(); i++) {
      var frame = frame(hashes.get(i), pieces.get(i));
      if (batch.size() + frame.length > BATCH_BYTES_MAX) {
        flush(batch, inBatch);
        inBatch = 0;
        progress.at(done, total);
      }
      batch.writeBytes(frame);
      inBatch++;
      done += pieces.get(i).size();
    }
    if (inBatch > 0) {
      flush(batch, inBatch);
      progress.at(done, total);
    }
  }

  private void flush(ByteArrayOutputStream batch, int chunks) throws IOException {
    client.chunks(batch.toByteArray());
    sent += batch.size();
    chunksSent += chunks;
    batch.reset();
  }

  /// One chunk as it travels: 32 bytes SHA-256, 4 bytes size, 4 bytes size compressed, zstd.
  private static byte[] frame(String hash, Shipment.Piece piece) throws IOException {
    var plain = read(piece);
    var sha256 = Shipment.sha256().digest(plain);
    if (!HexFormat.of().formatHex(sha256).equals(hash)) {
      throw new ProblemException(
          new Problem(
              Code.NOTHING_TO_SHIP.id(),
              "uploading " + piece.file(),
              "the file changed while it was uploaded",
              "Let the build finish, then deploy again.",
              List.of()));
    }
    var compressed = Zstd.compress(plain, LEVEL);
    var frame = new ByteArrayOutputStream(compressed.length + 40);
    var out = new DataOutputStream(frame);
    out.write(sha256);
    out.writeInt(plain.length);
    out.writeInt(compressed.length);
    out.write(compressed);
    return frame.toByteArray();
  }

  private static byte[] read(Shipment.Piece piece) throws IOException {
    var buffer = ByteBuffer.allocate(piece.size());
    try (var file = FileChannel.open(piece.file(), StandardOpenOption.READ)) {
      long at = piece.offset();
      while (buffer.hasRemaining()) {
        int read = file.read(buffer, at);
        if (read < 0) {
          // Shorter than it was: its hash will not fit, and that is said.
          break;
        }
        at += read;
      }
    }
    return buffer.array();
  }

  private static ProblemException cut(Shipment shipment, IOException cause) {
    return new ProblemException(
        Problem.of(
            Code.UPLOAD_CUT,
            "uploading bundle " + shipment.id().substring(0, 12),
            String.valueOf(cause.getMessage())),
        cause);
  }
}
