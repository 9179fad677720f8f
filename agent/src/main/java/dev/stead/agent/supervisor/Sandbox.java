package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What confines the processes of an app, as properties of a unit: its own user, limits, and a view
/// of the machine in which nothing of Stead's is but its own release and volumes.
///
/// `systemd-analyze security` says 3.0 or less of it.
record Sandbox(Path home, Path run) {
  private static final int TASKS_MAX = 4096;

  private static final List<String> FIXED =
      List.of(
          "Slice=stead-apps.slice",
          "NoNewPrivileges=yes",
          "CapabilityBoundingSet=",
          "AmbientCapabilities=",
          "ProtectSystem=strict",
          "ProtectHome=yes",
          "PrivateTmp=yes",
          "PrivateDevices=yes",
          "DevicePolicy=closed",
          "ProtectKernelTunables=yes",
          "ProtectKernelModules=yes",
          "ProtectKernelLogs=yes",
          "ProtectControlGroups=yes",
          "ProtectClock=yes",
          "ProtectHostname=yes",
          "ProtectProc=invisible",
          "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
          "RestrictNamespaces=yes",
          "RestrictRealtime=yes",
          "RestrictSUIDSGID=yes",
          "LockPersonality=yes",
          "RemoveIPC=yes",
          "KeyringMode=private",
          "SystemCallArchitectures=native",
          "SystemCallFilter=@system-service",
          "SystemCallFilter=~@privileged",
          // Without capabilities they give nothing away, and programs that copy files with their
          // owner, or see to it that they are who they are, call them.
          "SystemCallFilter=@chown @setuid",
          "SystemCallErrorNumber=EPERM",
          // One killed for memory takes the whole instance along, as it would not work without.
          "OOMPolicy=kill",
          "TasksMax=" + TASKS_MAX);

  /// The properties, one `Name=value` each.
  ///
  /// @param user whom the processes run as
  /// @param directory where they start, which they may read
  List<String> properties(
      String user, Path directory, Access access, OptionalLong memoryBytes, OptionalDouble cpu) {
    List<String> all = new ArrayList<>(FIXED);
    all.add("User=" + user);
    all.add("Group=" + user);
    all.add("WorkingDirectory=" + directory);
    all.add("TemporaryFileSystem=%s:ro %s:ro".formatted(home, run));
    if (!access.writable().contains(directory)) {
      all.add("BindReadOnlyPaths=" + directory);
    }
    access.writable().forEach(path -> all.add("BindPaths=" + path));
    if (memoryBytes.isPresent()) {
      all.add("MemoryMax=" + memoryBytes.getAsLong());
      // Memory that is swapped out would not count, and slow everything down.
      all.add("MemorySwapMax=0");
    }
    if (cpu.isPresent()) {
      all.add("CPUQuota=%d%%".formatted(Math.max(1, Math.round(cpu.getAsDouble() * 100))));
    }
    return all;
  }
}
