package dev.stead.rig.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The part of this machine that one test run has for itself: a [Place] and the right to it.
///
/// It is held by a lock on a file, which the kernel takes back whatever becomes of the run. So what
/// is found in a slot that nobody holds was left by a killed run, and is swept.
final class Slot implements AutoCloseable {
  static final Path DIRECTORY = Path.of("/var/tmp/stead-rig");
  private static final int SLOTS = 16;

  private final Place place;
  private final FileChannel lock;

  private Slot(Place place, FileChannel lock) {
    this.place = place;
    this.lock = lock;
  }

  /// Sweeps every slot that nobody holds, and takes the first.
  static Slot take() {
    Slot taken = null;
    for (int number = 0; number < SLOTS; number++) {
      var slot = tryTake(number);
      if (slot == null) {
        continue;
      }
      slot.place.sweep();
      if (taken == null) {
        taken = slot;
      } else {
        slot.release();
      }
    }
    if (taken == null) {
      throw new IllegalStateException(SLOTS + " test runs have servers here already");
    }
    taken.place.prepare();
    return taken;
  }

  private static @Nullable Slot tryTake(int number) {
    try {
      Files.createDirectories(DIRECTORY);
      var file = DIRECTORY.resolve(number + ".lock");
      if (isHeld(file)) {
        return null;
      }
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        return null;
      }
      return new Slot(new Place(number), channel);
    } catch (IOException e) {
      throw new UncheckedIOException("taking a slot in " + DIRECTORY, e);
    }
  }

  /// Asked before the file is opened: closing it would give back the lock if this process had it,
  /// as POSIX has it.
  private static boolean isHeld(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    var inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
    try (var locks = Files.lines(Path.of("/proc/locks"))) {
      return locks.anyMatch(lock -> lock.contains(inode));
    }
  }

  Place place() {
    return place;
  }

  private void release() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("giving back slot " + place.number(), e);
    }
  }

  /// Gives it back, swept.
  @Override
  public void close() {
    place.sweep();
    release();
  }
}
