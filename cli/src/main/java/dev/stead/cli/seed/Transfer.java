package dev.stead.cli.seed;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// The upload of a distribution's missing files, in pieces that each stand for themselves (drawn in
/// `receive.sh`): after a cut it goes on in the file it stopped in.
final class Transfer {
  static final int PIECE_BYTES_MAX = 1 << 20;
  private static final int TRIES = 5;

  /// Of deflate. Against the usual 6 it halves the time, for which a fast line waits, and a
  /// distribution is a twenty-fifth larger.
  private static final int LEVEL = 4;

  /// Before the second try; the double before each further one.
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private final RootShell shell;
  private final Report report;

  Transfer(RootShell shell, Report report) {
    this.shell = shell;
    this.report = report;
  }

  /// What an upload came to.
  ///
  /// @param bytes as they went over the wire
  record Sent(int files, long bytes) {}

  /// Sends what the server lacks.
  ///
  /// @throws IOException when it was cut and further tries failed, too
  Sent send(Distribution distribution) throws IOException {
    var pause = FIRST_PAUSE;
    var keys = new HashSet<String>();
    long bytes = 0;
    for (int attempt = 1; ; attempt++) {
      var inventory = Inventory.read(shell.run("inventory.sh"));
      var missing = distinct(distribution, inventory);
      missing.forEach(entry -> keys.add(entry.key()));
      var round = new Round(distribution, inventory, missing);
      try {
        round.run();
        return new Sent(keys.size(), bytes + round.bytes);
      } catch (IOException e) {
        bytes += round.bytes;
        if (attempt == TRIES || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        report.say("", "cut off (%s); going on".formatted(e.getMessage()));
        LockSupport.parkNanos(pause.toNanos());
        pause = pause.multipliedBy(2);
      }
    }
  }

  /// Two files of the same content, mode and time travel once.
  private static List<Distribution.Entry> distinct(Distribution distribution, Inventory inventory) {
    var seen = new HashSet<String>();
    return distribution.entries().stream()
        .filter(inventory::lacks)
        .filter(entry -> seen.add(entry.key()))
        .toList();
  }

  /// One connection's worth.
  private final class Round {
    private final Distribution distribution;
    private final Inventory inventory;
    private final List<Distribution.Entry> missing;
    private final long total;
    private long bytes;

    Round(Distribution distribution, Inventory inventory, List<Distribution.Entry> missing) {
      this.distribution = distribution;
      this.inventory = inventory;
      this.missing = missing;
      this.total = missing.stream().mapToLong(e -> e.bytes() - inventory.offset(e)).sum();
    }

    void run() throws IOException {
      if (missing.isEmpty()) {
        return;
      }
      var process = shell.open("receive.sh");
      var received = new FutureTask<>(() -> received(process));
      Thread.ofVirtual().name("acknowledgements").start(received);
      @Nullable IOException broken = null;
      try {
        pieces(process.getOutputStream());
      } catch (IOException e) {
        // The other side ended: what it said tells more.
        broken = e;
      }
      var said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean whole = await(process, received);
      if (!whole) {
        var cut = shell.cut(said);
        if (broken != null) {
          cut.addSuppressed(broken);
        }
        throw cut;
      }
    }

    private void pieces(OutputStream pipe) throws IOException {
      try (pipe) {
        for (var entry : missing) {
          file(entry, pipe);
        }
        line("end 0 0", pipe);
      }
    }

    private void file(Distribution.Entry entry, OutputStream pipe) throws IOException {
      long offset = inventory.offset(entry);
      try (var in = Files.newInputStream(distribution.directory().resolve(entry.path()))) {
        in.skipNBytes(offset);
        do {
          var piece = in.readNBytes(PIECE_BYTES_MAX);
          var packed = gzip(piece);
          line("%s %d %d".formatted(entry.key(), offset, packed.length), pipe);
          pipe.write(packed);
          pipe.flush();
          bytes += packed.length;
          offset += piece.length;
        } while (offset < entry.bytes());
      }
    }

    private void line(String text, OutputStream pipe) throws IOException {
      pipe.write((text + "\n").getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
    }

    /// Follows the acknowledgements, piece by piece in the order of sending.
    private boolean received(Process process) throws IOException {
      var sizes = missing.stream().flatMap(this::pieceSizes).iterator();
      long done = 0;
      try (var lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.equals("received")) {
            return true;
          }
          done += sizes.hasNext() ? sizes.next() : 0;
          report.sent(done, total);
        }
      }
      return false;
    }

    private Stream<Long> pieceSizes(Distribution.Entry entry) {
      long left = entry.bytes() - inventory.offset(entry);
      long pieces = Math.max(1, (left + PIECE_BYTES_MAX - 1) / PIECE_BYTES_MAX);
      return LongStream.range(0, pieces)
          .mapToObj(i -> Math.min(PIECE_BYTES_MAX, left - i * PIECE_BYTES_MAX));
    }
  }

  private static boolean await(Process process, FutureTask<Boolean> received) throws IOException {
    try {
      boolean whole = received.get();
      return process.waitFor() == 0 && whole;
    } catch (ExecutionException e) {
      throw new IOException("reading what the server has received", e);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during the upload", e);
    }
  }

  private static byte[] gzip(byte[] piece) {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new Gzip(packed)) {
      gzip.write(piece);
    } catch (IOException e) {
      throw new UncheckedIOException("compressing in memory", e);
    }
    return packed.toByteArray();
  }

  /// Compresses with [#LEVEL].
  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(LEVEL);
    }
  }
}
