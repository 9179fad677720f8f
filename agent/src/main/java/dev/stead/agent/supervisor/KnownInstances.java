package dev.stead.agent.supervisor;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The instances that a supervisor knows, by id; one that it does not know is not stopped, not
/// removed, and listens on nothing. Safe for concurrent use.
final class KnownInstances<I extends KnownInstance> {
  private final Map<String, I> byId = new ConcurrentHashMap<>();

  /// One that an earlier supervisor left.
  void found(String id, I instance) {
    byId.put(id, instance);
  }

  /// @param fresh makes it where it is not known
  I get(String id, Supplier<I> fresh) {
    return byId.computeIfAbsent(id, _ -> fresh.get());
  }

  boolean contains(String id) {
    return byId.containsKey(id);
  }

  Collection<I> all() {
    return byId.values();
  }

  void stop(String id, Duration grace) {
    var instance = byId.get(id);
    if (instance != null) {
      instance.stop(grace);
    }
  }

  void restart(String id, Verdict why) {
    var instance = byId.get(id);
    if (instance != null) {
      instance.restart(why);
    }
  }

  void remove(String id) {
    var instance = byId.get(id);
    if (instance != null) {
      instance.remove();
      byId.remove(id);
    }
  }

  List<Instance> list() {
    return byId.values().stream()
        .map(KnownInstance::instance)
        .sorted(Comparator.comparing(Instance::id))
        .toList();
  }

  Optional<Instance> find(String id) {
    return Optional.ofNullable(byId.get(id)).map(KnownInstance::instance);
  }

  Set<Integer> listeningPorts(String id) {
    return Optional.ofNullable(byId.get(id)).map(KnownInstance::listeningPorts).orElse(Set.of());
  }
}
