package dev.stead.cli.seed;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Debian 11 to 13, and the releases of Ubuntu made from them.
final class Debian implements Platform {
  private static final Map<String, Set<String>> VERSIONS =
      Map.of("debian", Set.of("11", "12", "13"), "ubuntu", Set.of("22.04", "24.04", "26.04"));

  @Override
  public String name() {
    return "Debian";
  }

  @Override
  public boolean recognises(Probe probe) {
    return VERSIONS.containsKey(probe.value("os.id"));
  }

  @Override
  public Optional<String> refusal(Probe probe) {
    var versions = VERSIONS.getOrDefault(probe.value("os.id"), Set.of());
    return versions.contains(probe.value("os.version"))
        ? Optional.empty()
        : Optional.of(
            "%s is not one of %s"
                .formatted(probe.system(), String.join(", ", versions.stream().sorted().toList())));
  }

  @Override
  public String users() {
    return "debian/users.sh";
  }

  @Override
  public String noUsers() {
    return "debian/no-users.sh";
  }

  @Override
  public String installing() {
    return "apt-get install";
  }
}
