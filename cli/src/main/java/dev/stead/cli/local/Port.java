package dev.stead.cli.local;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// A TCP port of this machine: whether it can be listened on, and who does.
public record Port(int number) {
  private static final int LOOK_AHEAD = 200;
  private static final int LAST = 65_535;
  private static final String LISTENING = "0A";
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /// Why this port cannot be listened on; empty when it can.
  public Optional<String> refusal() throws IOException {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(number));
      return Optional.empty();
    } catch (BindException e) {
      return Optional.of(
          String.valueOf(e.getMessage()).contains("Permission")
              ? "port %d needs rights that this user does not have".formatted(number)
              : "port %d is taken by %s".formatted(number, owner().orElse("another program")));
    } catch (SocketException e) {
      return Optional.of("port %d cannot be used: %s".formatted(number, e.getMessage()));
    }
  }

  /// The next higher port that can be listened on.
  public OptionalInt nextFree() throws IOException {
    for (int next :
        IntStream.rangeClosed(number + 1, Math.min(number + LOOK_AHEAD, LAST)).toArray()) {
      if (new Port(next).refusal().isEmpty()) {
        return OptionalInt.of(next);
      }
    }
    return OptionalInt.empty();
  }

  /// Who listens on this port, as `process 4711 (node server.js)`; empty when the process is not
  /// this user's, so that its files cannot be read.
  Optional<String> owner() throws IOException {
    var inodes = new HashSet<String>();
    for (var table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      inodes.addAll(listeners(Path.of(table)));
    }
    if (inodes.isEmpty()) {
      return Optional.empty();
    }
    return ProcessHandle.allProcesses()
        .filter(process -> holds(process.pid(), inodes))
        .map(process -> "process %d (%s)".formatted(process.pid(), command(process)))
        .findFirst();
  }

  /// The inodes of the sockets that listen here. A line of the table is `0: 0100007F:1F90
  /// 00000000:0000 0A … inode`, with the port in hex after the address and the state in the fourth
  /// column (proc_net_tcp.txt of the kernel).
  private Set<String> listeners(Path table) throws IOException {
    var inodes = new HashSet<String>();
    if (!Files.isReadable(table)) {
      return inodes;
    }
    var here = String.format(Locale.ROOT, ":%04X", number);
    for (var line : Files.readAllLines(table)) {
      var columns = BLANKS.splitAsStream(line.strip()).toList();
      if (columns.size() > 9 && columns.get(1).endsWith(here) && columns.get(3).equals(LISTENING)) {
        inodes.add("socket:[" + columns.get(9) + "]");
      }
    }
    return inodes;
  }

  private static boolean holds(long pid, Set<String> sockets) {
    try (var descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (var descriptor : descriptors) {
        if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      // Another user's process, or one that has just ended: not one that can be named.
      return false;
    }
  }

  private static String command(ProcessHandle process) {
    try {
      var line = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
      return line.replace('\0', ' ').strip();
    } catch (IOException e) {
      return process.info().command().orElse("it has just ended");
    }
  }
}
