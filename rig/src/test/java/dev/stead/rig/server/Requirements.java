package dev.stead.rig.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a machine needs to have servers.
public final class Requirements {
  private static final List<String> TOOLS =
      List.of(
          "systemd-nspawn",
          "debootstrap",
          "apt-cacher-ng",
          "tinyproxy",
          "pebble",
          "ip",
          "mkfs.ext4",
          "unshare",
          "ssh",
          "python3");
  private static final List<String> PLACES =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private Requirements() {}

  /// What this machine lacks; empty when it can have servers.
  public static List<String> missing() {
    var missing = new ArrayList<String>();
    if (!"root".equals(System.getProperty("user.name"))) {
      missing.add("to run as root");
    }
    if (!Files.isDirectory(Path.of("/sys/fs/cgroup/memory"))) {
      missing.add("control groups of version 1 at /sys/fs/cgroup");
    }
    TOOLS.stream().filter(tool -> !isThere(tool)).forEach(missing::add);
    return missing;
  }

  private static boolean isThere(String tool) {
    return PLACES.stream().anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
  }
}
