package dev.stead.agent.bundle;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/// The free space that must be left on the disk whatever is written: the store and the apps need it
/// to go on.
///
/// @param freeBytes what is free now
/// @param reserveBytes what must stay free
public record Headroom(LongSupplier freeBytes, long reserveBytes) {
  static final int RESERVE_PERCENT = 5;
  static final long RESERVE_BYTES_MIN = 256L << 20;
  static final long RESERVE_BYTES_MAX = 2L << 30;

  /// The headroom of the disk that a directory lies on: 5 % of it, at least 256 MiB, at most 2 GiB.
  public static Headroom of(Path directory) throws IOException {
    var disk = Files.getFileStore(directory);
    var share = disk.getTotalSpace() / 100 * RESERVE_PERCENT;
    return new Headroom(
        () -> usable(disk, directory), Math.clamp(share, RESERVE_BYTES_MIN, RESERVE_BYTES_MAX));
  }

  /// Whether more is free than must stay free, so that something can be stored.
  public boolean remains() {
    return freeBytes.getAsLong() >= reserveBytes;
  }

  /// Refuses, before it is tried, what would leave too little.
  ///
  /// @throws ProblemException `D-NO-DISK`
  public void require(long bytes, String what) {
    var free = freeBytes.getAsLong();
    if (free - bytes < reserveBytes) {
      throw noDisk(
          what,
          "it needs %s, %s are free, and %s must stay free"
              .formatted(mebibytes(bytes), mebibytes(free), mebibytes(reserveBytes)));
    }
  }

  /// What to throw when the disk refused after all: `D-NO-DISK` when it is full, else the cause.
  public RuntimeException refused(IOException cause, String what) {
    var message = String.valueOf(cause.getMessage());
    if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
      var full = noDisk(what, "the disk is full: " + message);
      full.initCause(cause);
      return full;
    }
    return new UncheckedIOException(what + ": " + cause, cause);
  }

  private static ProblemException noDisk(String what, String why) {
    return new ProblemException(Problem.of(Code.NO_DISK, what, why));
  }

  private static String mebibytes(long bytes) {
    return "%d MiB".formatted((bytes + (1 << 20) - 1) >> 20);
  }

  private static long usable(FileStore disk, Path directory) {
    try {
      return disk.getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("asking for the free space at " + directory, e);
    }
  }
}
