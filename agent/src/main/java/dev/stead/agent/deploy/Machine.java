package dev.stead.agent.deploy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

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

  /// Tells which of the system's packages are installed; empty when no package manager is known
  /// here.
  Optional<Predicate<String>> packages() {
    if (Files.isExecutable(Path.of("/usr/bin/dpkg-query"))) {
      return Optional.of(
          name ->
              succeeds("/usr/bin/dpkg-query", "-W", "-f", "${db:Status-Status}\n", name)
                  .equals("installed"));
    }
    if (Files.isExecutable(Path.of("/usr/bin/rpm"))) {
      return Optional.of(name -> !succeeds("/usr/bin/rpm", "-q", name).isEmpty());
    }
    return Optional.empty();
  }

  private OptionalLong cgroupRoom() {
    try {
      var own = ownGroup();
      var limit = Files.readString(own.resolve("memory.max")).strip();
      if (limit.equals("max")) {
        return OptionalLong.empty();
      }
      var used = Long.parseLong(Files.readString(own.resolve("memory.current")).strip());
      return OptionalLong.of(Long.parseLong(limit) - used);
    } catch (IOException e) {
      // No control group here, or none with a memory controller: no limit of this kind.
      return OptionalLong.empty();
    }
  }

  private Path ownGroup() throws IOException {
    var prefix = "0::/";
    for (var line : Files.readAllLines(proc.resolve("self/cgroup"))) {
      if (line.startsWith(prefix)) {
        return cgroups.resolve(line.substring(prefix.length()));
      }
    }
    throw new FileNotFoundException("no control group of version 2");
  }

  private long meminfo(String name) {
    return text(proc.resolve("meminfo"))
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  /// The output of a command, empty when it failed.
  private static String succeeds(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? output.strip() : "";
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run %s: %s".formatted(command[0], e.getMessage()), e);
    } catch (InterruptedException e) {
      throw new Control.Abandoned();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
