package dev.stead.rig.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a number stands for on this machine: a directory, a bridge, a range of addresses and a
/// prefix of names.
record Place(int number) {
  Path directory() {
    return Slot.DIRECTORY.resolve(Integer.toString(number));
  }

  String bridge() {
    return "stead-rig" + number;
  }

  /// An address of the slot's range. The bridge's own is number 1.
  String address(int host) {
    return "10.214.%d.%d".formatted(number, host);
  }

  String range() {
    return address(0) + "/24";
  }

  /// The name of something in this slot: short, since it becomes part of a network device's.
  String name(String of) {
    return prefix() + of;
  }

  private String prefix() {
    return "rig%d-".formatted(number);
  }

  /// What is there of this slot: processes, mounts, control groups, network devices, loop devices,
  /// files.
  List<String> contents() {
    var found = new ArrayList<String>();
    for (var group : Group.find(prefix())) {
      found.add("control group " + group);
      group.processes().forEach(pid -> found.add("process " + pid));
    }
    Traces.ofMachines(prefix()).forEach(trace -> found.add("trace " + trace));
    Mounts.within(directory()).forEach(mount -> found.add("mount " + mount));
    HostCommand.run("ip", "-o", "link")
        .lines()
        .filter(line -> line.contains(bridge() + ":") || line.contains("vb-" + prefix()))
        .forEach(line -> found.add("network device " + line));
    HostCommand.run("losetup", "--list", "--noheadings", "--output", "BACK-FILE")
        .lines()
        .filter(file -> file.startsWith(directory() + "/"))
        .forEach(file -> found.add("loop device of " + file));
    if (Files.exists(directory())) {
      found.add("directory " + directory());
    }
    return found;
  }

  /// Makes its directory, and that a shared mount: what is unmounted below it is so in every other
  /// mount namespace, too. A disk that one of them still had would not have lost its power.
  void prepare() {
    var path = directory().toString();
    HostCommand.run("mkdir", "-p", path);
    HostCommand.run("mount", "--bind", path, path);
    HostCommand.run("mount", "--make-shared", path);
  }

  /// Ends and removes all of it.
  void sweep() {
    Group.find(prefix()).forEach(Group::close);
    Traces.removeOfMachines(prefix());
    var mounts = Mounts.within(directory());
    mounts.stream().filter(mount -> mount.endsWith("root")).forEach(Traces::removeLock);
    mounts.reversed().forEach(Mounts::remove);
    HostCommand.succeeds("ip", "link", "delete", bridge());
    HostCommand.run("rm", "-rf", "--one-file-system", directory().toString());
  }
}
