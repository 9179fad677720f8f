package dev.stead.store.rocks;

import dev.stead.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// How many batches were acknowledged, kept apart from RocksDB's log, so that a log whose end was
/// lost is noticed: RocksDB itself takes a log that is cut short for one that ends there.
///
/// The file `high-water` has two slots, written in turn, so that one is whole when writing the
/// other is torn. The higher whole one counts.
///
/// ```
/// batches:u64 crc32c-of-batches:u32 00000000    16 bytes, twice
/// ```
///
/// It is written after each synced batch, thus never runs ahead, and forced only now and then
/// ([#force]): a killed process leaves it exact, a power cut may leave it behind by what was
/// written since. Used by one thread at a time: who opens the store, then the committer, then who
/// closes it.
final class HighWaterMark implements AutoCloseable {
  static final String FILE = "high-water";
  private static final int SLOT_BYTES = 16;

  private final Path file;
  private final FileChannel channel;
  private long batches;
  private boolean forced = true;

  private HighWaterMark(Path file, FileChannel channel, long batches) {
    this.file = file;
    this.channel = channel;
    this.batches = batches;
  }

  static HighWaterMark open(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      boolean isNew = !Files.exists(file);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        return new HighWaterMark(file, channel, isNew ? 0 : read(file, channel));
      } catch (IOException | StoreException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StoreException("Could not open %s: %s".formatted(file, e), e);
    }
  }

  private static long read(Path file, FileChannel channel) throws IOException {
    long newest = -1;
    for (int slot = 0; slot < 2; slot++) {
      ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES);
      channel.read(bytes, (long) slot * SLOT_BYTES);
      if (!bytes.hasRemaining() && bytes.getInt(Long.BYTES) == checksum(bytes.getLong(0))) {
        newest = Math.max(newest, bytes.getLong(0));
      }
    }
    if (newest < 0 && channel.size() > SLOT_BYTES) {
      throw new StoreException(
          "%s is damaged: neither of its slots matches its checksum. It only guards against a log whose end was lost: delete it to open the store without this guard."
              .formatted(file));
    }
    return Math.max(newest, 0);
  }

  /// Writes the mark of a store that nobody has open.
  static void write(Path directory, long acknowledged) {
    try (HighWaterMark mark = open(directory)) {
      mark.advance(acknowledged);
    }
  }

  private static int checksum(long batches) {
    CRC32C crc = new CRC32C();
    crc.update(Format.number(batches));
    return (int) crc.getValue();
  }

  long batches() {
    return batches;
  }

  /// Notes that so many batches are durable.
  void advance(long acknowledged) {
    ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
    slot.putLong(acknowledged).putInt(checksum(acknowledged)).putInt(0).flip();
    try {
      channel.write(slot, acknowledged % 2 * SLOT_BYTES);
    } catch (IOException e) {
      throw new StoreException("Could not write %s: %s".formatted(file, e), e);
    }
    batches = acknowledged;
    forced = false;
  }

  /// Makes the mark survive a power cut.
  void force() {
    if (forced) {
      return;
    }
    try {
      channel.force(false);
    } catch (IOException e) {
      throw new StoreException("Could not force %s: %s".formatted(file, e), e);
    }
    forced = true;
  }

  @Override
  public void close() {
    try (channel) {
      force();
    } catch (IOException e) {
      throw new StoreException("Could not close %s: %s".formatted(file, e), e);
    }
  }
}
