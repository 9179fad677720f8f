package dev.stead.agent.deploy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What this machine has to offer, read from the kernel's files.
final class Machine {
  /// Memory that is left to everything else.
  static final long MEMORY_RESERVE_BYTES = 64L << 20;

  private final Path proc;
  private final Path cgroups;

  /// @param proc `/proc`
  /// @param cgroups `/sys/fs/cgroup`
  Machine(Path proc, Path cgroups) {
    this.proc = proc;
    this.cgroups = cgroups;
  }

  static Machine here() {
    return new Machine(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
  }

  /// Changes with every boot of the machine.
  String bootId() {
    return text(proc.resolve("sys/kernel/random/boot_id")).strip();
  }

  /// Where others reach this machine, as far as it knows itself.
  String address() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Inet4Address.class::isInstance)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .map(InetAddress::getHostAddress)
          .findFirst()
          .orElse("localhost");
    } catch (SocketException e) {
      throw new UncheckedIOException("cannot read this machine's addresses", e);
    }
  }

  /// What new instances may use: what the kernel says is available, or less where the agent's own
  /// control group is limited; the reserve is taken off.
  long availableMemoryBytes() {
    var available = meminfo("MemAvailable:");
    var limited = cgroupRoom();
    if (limited.isPresent()) {
      available = Math.min(available, limited.getAsLong());
    }
    return Math.max(0, available - MEMORY_RESERVE_BYTES);
  }

  /// The processor's features, as `/proc/cpuinfo` spells them.
  Set<String> cpuFeatures() {
    var features = new TreeSet<String>();
    for (var line : text(proc.resolve("cpuinfo")).lines().toList()) {
      if (line.startsWith("flags") || line.startsWith("Features")) {
        features.addAll(List.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")));
      }
    }
    return features;
  }

  /// What the agent's own control group and those around it leave: in a container the kernel tells
  /// of the whole machine's memory, and the limit stands in a group.
  private OptionalLong cgroupRoom() {
    var first = cgroups.resolve("memory");
    var room = Long.MAX_VALUE;
    try {
      if (Files.exists(first.resolve("memory.limit_in_bytes"))) {
        for (var group : groups(first, ":memory:")) {
          room = Math.min(room, room(group, "memory.limit_in_bytes", "memory.usage_in_bytes"));
        }
      } else {
        for (var group : groups(cgroups, "0::")) {
          room = Math.min(room, room(group, "memory.max", "memory.current"));
        }
      }
    } catch (IOException e) {
      // No control group here, or none with a memory controller: no limit of this kind.
      return OptionalLong.empty();
    }
    return room == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(room);
  }

  private static long room(Path group, String limit, String usage) throws IOException {
    if (Files.notExists(group.resolve(limit))) {
      return Long.MAX_VALUE; // the root of version 2 has none
    }
    var most = Files.readString(group.resolve(limit)).strip();
    if (most.equals("max")) {
      return Long.MAX_VALUE;
    }
    var used = Long.parseLong(Files.readString(group.resolve(usage)).strip());
    return Long.parseLong(most) - used + cached(group);
  }

  /// What the kernel takes back: pages of files, as in its own `MemAvailable`; the reserve is for
  /// those that are read all the time. Version 1 has a group's own counts beside those of all below
  /// it, which are meant.
  private static long cached(Path group) throws IOException {
    var lines = Files.readString(group.resolve("memory.stat")).lines().toList();
    var subtree = lines.stream().anyMatch(line -> line.startsWith("total_"));
    return counted(lines, subtree ? "total_inactive_file " : "inactive_file ")
        + counted(lines, subtree ? "total_active_file " : "active_file ");
  }

  private static long counted(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length())))
        .sum();
  }

  /// The own group below a mount point, then those around it.
  private List<Path> groups(Path mounted, String prefix) throws IOException {
    for (var line : Files.readAllLines(proc.resolve("self/cgroup"))) {
      var at = line.indexOf(prefix);
      if (at >= 0) {
        var all = new ArrayList<Path>();
        var own = mounted.resolve(line.substring(at + prefix.length()).replaceFirst("^/+", ""));
        for (@Nullable Path group = own;
            group != null && group.startsWith(mounted);
            group = group.getParent()) {
          all.add(group);
        }
        return all;
      }
    }
    throw new FileNotFoundException("no control group of this kind");
  }

  private long meminfo(String name) {
    return text(proc.resolve("meminfo"))
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
