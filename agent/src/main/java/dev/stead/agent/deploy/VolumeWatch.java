package dev.stead.agent.deploy;

import dev.stead.sdk.Answers.Volume;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// Looks at the volumes whose size nothing enforces, and logs when one has outgrown it. For one
/// thread.
final class VolumeWatch {
  private static final Logger LOG = System.getLogger(VolumeWatch.class.getName());
  static final Duration EVERY = Duration.ofMinutes(5);

  private final Storage storage;

  /// Those that were told of.
  private final Set<String> outgrown = new HashSet<>();

  VolumeWatch(Storage storage) {
    this.storage = storage;
  }

  void look() {
    try {
      storage.list().forEach(this::look);
    } catch (UncheckedIOException e) {
      LOG.log(Level.WARNING, "cannot look at the volumes: " + e.getMessage(), e);
    }
  }

  private void look(Volume volume) {
    var max = volume.bytesMax().filter(bytes -> !volume.enforced()).orElse(Long.MAX_VALUE);
    if (volume.bytesUsed() <= max) {
      outgrown.remove(volume.path());
    } else if (outgrown.add(volume.path())) {
      LOG.log(
          Level.WARNING,
          "volume {0} of {1} has {2} MiB, and stead.toml gives it {3}",
          volume.name(),
          volume.app(),
          volume.bytesUsed() >> 20,
          max >> 20);
    }
  }
}
