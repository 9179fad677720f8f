package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.agent.volume.Volumes;
import dev.stead.sdk.Answers.Volume;
import dev.stead.sdk.AppConfig.VolumeConfig;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The volumes as the apps' configs name them: what is there, and what may be asked of it.
final class Storage {
  private final Records records;
  private final Volumes volumes;

  Storage(Workshop parts) {
    this.records = parts.records();
    this.volumes = parts.volumes();
  }

  List<Volume> list() {
    return volumes.list().stream().map(this::volume).toList();
  }

  private Volume volume(Volumes.Usage usage) {
    var wanted =
        Optional.ofNullable(configs(usage.app()).get(usage.name())).flatMap(Storage::bytes);
    var enforced = usage.bytesMax().isPresent();
    return new Volume(
        usage.app(),
        usage.name(),
        usage.path().toString(),
        usage.bytesUsed(),
        enforced ? Optional.of(usage.bytesMax().getAsLong()) : wanted,
        enforced);
  }

  private static Optional<Long> bytes(VolumeConfig config) {
    return config.sizeBytes().stream().boxed().findFirst();
  }

  /// The config of a volume of the live release.
  ///
  /// @throws ProblemException when there is no such volume
  VolumeConfig require(String app, String name) {
    var all = configs(app);
    var found = all.get(name);
    if (found == null) {
      var known = String.join(", ", all.keySet());
      throw new ProblemException(
          Problem.of(
              Code.NOT_FOUND,
              "looking for volume %s of %s".formatted(name, app),
              known.isEmpty() ? "its live release has no volumes" : "it has " + known));
    }
    return found;
  }

  private SortedMap<String, VolumeConfig> configs(String app) {
    // Volumes outlive their environment.
    return Optional.of(app)
        .filter(records::has)
        .flatMap(records::live)
        .map(Versioned::value)
        .map(live -> records.liveRelease(app, live).config().volumes())
        .orElseGet(() -> new TreeMap<>(Map.of()));
  }
}
