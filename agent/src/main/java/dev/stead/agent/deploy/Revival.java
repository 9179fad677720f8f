package dev.stead.agent.deploy;

import dev.stead.agent.supervisor.Instance;
import dev.stead.sdk.AppConfig.VolumeConfig;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sees that the instances which should serve do run: those of an earlier agent are adopted, those
/// that ended are started again, on another port where theirs was taken meanwhile. May be done any
/// number of times.
final class Revival {
  private final Workshop parts;

  Revival(Workshop parts) {
    this.parts = parts;
  }

  /// Revives the instances of a live document, which is committed anew when a port had to change.
  ///
  /// @return those that had to be started
  List<Placement> revive(String app, Live live) {
    var release = parts.records().liveRelease(app, live);
    // A reboot has unmounted them, and nothing may write below a mount point.
    var directory = parts.instances().directory(release);
    // Of a release that was forked and never started here there are neither files nor volumes.
    if (Files.isDirectory(directory)) {
      parts.supervisor().own(app, directory);
      release.config().volumes().forEach((name, volume) -> open(app, name, volume));
    }
    var placements = new ArrayList<Placement>();
    var started = new ArrayList<Placement>();
    for (var placement : live.instances()) {
      if (isKept(placement)) {
        placements.add(placement);
      } else {
        var anew = withFreePort(placement);
        placements.add(anew);
        started.add(anew);
      }
    }
    var revived = withInstances(live, placements);
    if (!revived.equals(live)) {
      var put = Records.put(Records.liveKey(app), revived);
      parts.records().commit(app, "agent", "start again on another port", List.of(put));
    }
    for (var placement : placements) {
      parts.instances().adopt(placement, release, revived);
    }
    return started;
  }

  /// Its owner may be unknown by now, as the release's, when Stead was taken off this server and
  /// has come back.
  private void open(String app, String name, VolumeConfig volume) {
    parts.supervisor().own(app, parts.volumes().open(app, name, volume.sizeBytes()).path());
  }

  private boolean isKept(Placement placement) {
    return parts
        .instances()
        .find(placement)
        .filter(found -> !(found.state() instanceof Instance.State.Stopped))
        .isPresent();
  }

  private Placement withFreePort(Placement placement) {
    return placement
        .port()
        .filter(port -> !Ports.isFree(port))
        .map(taken -> Optional.of(parts.ports().reserve()))
        .map(port -> placement.at(port))
        .orElse(placement);
  }

  private static Live withInstances(Live live, List<Placement> instances) {
    return new Live(
        live.release(), live.previous(), live.stopped(), live.scale(), live.secrets(), instances);
  }
}
