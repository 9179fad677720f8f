package dev.stead.agent.deploy;

import dev.stead.sdk.AppConfig;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/// What serves of an app; the value of `apps/APP/live`. Changed by switches only.
///
/// @param previous the release that was live before this one
/// @param stopped by `stead stop`; stays so until `stead start` or a deploy
/// @param scale how many instances of each process type run while it is not stopped
/// @param secrets the store's revision of each secret's value that the instances have
/// @param instances those that serve; none while stopped
/// @param canary another release that some visitors get; only while this one runs
/// @param asleep whether no `web` instance runs until a request comes
@Json(naming = Naming.LowerHyphen)
record Live(
    int release,
    Optional<Integer> previous,
    boolean stopped,
    SortedMap<String, Integer> scale,
    SortedMap<String, Long> secrets,
    List<Placement> instances,
    Optional<Canary> canary,
    boolean asleep) {
  Live {
    Objects.requireNonNull(scale, "scale is missing");
    Objects.requireNonNull(secrets, "secrets is missing");
    Objects.requireNonNull(instances, "instances is missing");
    instances = List.copyOf(instances);
  }

  /// Running, without a canary.
  static Live of(
      int release,
      Optional<Integer> previous,
      SortedMap<String, Integer> scale,
      SortedMap<String, Long> secrets,
      List<Placement> instances) {
    return new Live(release, previous, false, scale, secrets, instances, Optional.empty(), false);
  }

  /// The same with other instances.
  Live on(List<Placement> others) {
    return new Live(release, previous, stopped, scale, secrets, others, canary, asleep);
  }

  Live with(Optional<Canary> another) {
    return new Live(release, previous, stopped, scale, secrets, instances, another, asleep);
  }

  /// The same while nothing of it runs.
  Live atRest() {
    return new Live(release, previous, true, scale, secrets, List.of(), Optional.empty(), false);
  }

  /// The same without its `web` instances, until a request comes.
  Live dozing() {
    var left = instances.stream().filter(each -> !each.process().equals(AppConfig.WEB)).toList();
    return new Live(release, previous, false, scale, secrets, left, Optional.empty(), true);
  }

  /// The same with these `web` instances again.
  Live awake(List<Placement> web) {
    var all = new ArrayList<>(instances);
    all.addAll(web);
    return of(release, previous, scale, secrets, all);
  }

  /// Every instance, the canary's too.
  List<Placement> all() {
    var all = new ArrayList<>(instances);
    canary.ifPresent(found -> all.addAll(found.instances()));
    return all;
  }

  /// How a release runs that is live, or the canary: what its instances are told.
  Live as(int number) {
    return canary
        .filter(found -> found.release() == number)
        .map(found -> of(number, Optional.of(release), scale, found.secrets(), found.instances()))
        .orElse(this);
  }
}
