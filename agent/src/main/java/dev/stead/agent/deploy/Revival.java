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
    makeReady(release);
    var other = live.canary().flatMap(canary -> parts.records().release(app, canary.release()));
    other.ifPresent(this::makeReady);
    var started = new ArrayList<Placement>();
    var revived =
        live.on(places(live.instances(), started))
            .with(live.canary().map(canary -> canary.on(places(canary.instances(), started))));
    if (!revived.equals(live)) {
      var put = Records.put(Keys.live(app), revived);
      parts.records().commit(app, "agent", "start again on another port", List.of(put));
    }
    adopt(revived.instances(), release, revived);
    other.ifPresent(
        found -> {
          var canary = revived.as(found.number());
          adopt(canary.instances(), found, canary);
        });
    return started;
  }

  private void makeReady(Release release) {
    // A reboot has unmounted them, and nothing may write below a mount point.
    var directory = parts.instances().directory(release);
    // Of a release that was forked and never started here there are neither files nor volumes.
    if (Files.isDirectory(directory)) {
      var app = release.app();
      parts.supervisor().own(app, directory);
      release.config().volumes().forEach((name, volume) -> open(app, name, volume));
    }
  }

  /// The same instances, on another port where they have to be started and theirs is taken.
  private List<Placement> places(List<Placement> before, List<Placement> started) {
    var places = new ArrayList<Placement>();
    for (var placement : before) {
      if (isKept(placement)) {
        places.add(placement);
      } else {
        var anew = withFreePort(placement);
        places.add(anew);
        started.add(anew);
      }
    }
    return places;
  }

  private void adopt(List<Placement> placements, Release release, Live live) {
    for (var placement : placements) {
      parts.instances().adopt(placement, release, live);
    }
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
}
