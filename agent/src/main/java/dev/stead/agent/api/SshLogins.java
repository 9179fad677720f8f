package dev.stead.agent.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// From where the users of this machine are logged in by ssh now, read from `/proc`: the other ends
/// of the connections that the processes of `sshd` hold, which name their user in their title.
///
/// ```
/// /proc/4711/exe      → /usr/sbin/sshd, or sshd-session since OpenSSH 9.8
/// /proc/4711/cmdline  sshd: ada@notty, sshd: ada [priv], sshd: ada; sshd: /usr/sbin/sshd -D [listener] …
/// /proc/4711/fd/4     → socket:[123456]
/// /proc/net/tcp       … 0A00000A:0016 0900000A:C350 01 … inode 123456   (state 01: established)
/// ```
///
/// When several people share a user, all of their addresses are told: nobody can say more. The walk
/// over all processes takes 10 ms; many connections that are opened at once share one.
final class SshLogins {
  // Fields of a row of the kernel's tables.
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final String ESTABLISHED = "01";
  private static final String SOCKET = "socket:[";

  /// The one that waits for connections says where its program is, with its options. It runs on
  /// every server, and must not be why the kernel's tables are read: that takes it 10 ms.
  private static final String LISTENER = "/";

  private final Path proc;
  private final SharedLook<List<Login>> looks = new SharedLook<>(this::look);

  /// @param proc `/proc`
  SshLogins(Path proc) {
    this.proc = proc;
  }

  /// The addresses, none when the user is not logged in by ssh.
  List<String> addresses(String user) {
    return looks.now().stream()
        .filter(login -> login.isOf(user))
        .flatMap(login -> login.addresses().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /// One process of `sshd`.
  ///
  /// @param title what it calls itself, behind the colon: `ada@notty`, `ada [priv]`, `ada`
  private record Login(String title, List<String> addresses) {
    boolean isOf(String user) {
      return title.equals(user) || title.startsWith(user + "@") || title.startsWith(user + " ");
    }
  }

  private List<Login> look() {
    var sockets = new HashMap<String, Set<String>>();
    try (var processes = Files.newDirectoryStream(proc, "[1-9]*")) {
      for (var process : processes) {
        title(process)
            .ifPresent(
                title ->
                    sockets.computeIfAbsent(title, _ -> new HashSet<>()).addAll(sockets(process)));
      }
    } catch (IOException e) {
      return List.of();
    }
    if (sockets.isEmpty()) {
      return List.of();
    }
    var connections = connections();
    return sockets.entrySet().stream()
        .map(login -> new Login(login.getKey(), ends(connections, login.getValue())))
        .toList();
  }

  /// What a process of `sshd` that somebody is logged in by calls itself behind the colon; empty
  /// for every other process.
  private static Optional<String> title(Path process) {
    try {
      var title = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      if (!title.startsWith("sshd")) {
        return Optional.empty();
      }
      var program = Files.readSymbolicLink(process.resolve("exe")).getFileName().toString();
      var login = title.substring(title.indexOf(':') + 1).replace('\0', ' ').strip();
      return program.startsWith("sshd") && !login.startsWith(LISTENER)
          ? Optional.of(login)
          : Optional.empty();
    } catch (IOException e) {
      // It has ended meanwhile, or is not ours to look into.
      return Optional.empty();
    }
  }

  private static Set<String> sockets(Path process) {
    var found = new HashSet<String>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (var descriptor : open) {
        var target = Files.readSymbolicLink(descriptor).toString();
        if (target.startsWith(SOCKET)) {
          found.add(target.substring(SOCKET.length(), target.length() - 1));
        }
      }
    } catch (IOException e) {
      // It has ended meanwhile, or is not ours to look into.
      return found;
    }
    return found;
  }

  private static List<String> ends(Map<String, String> connections, Set<String> sockets) {
    return sockets.stream().map(connections::get).filter(Objects::nonNull).toList();
  }

  private Map<String, String> connections() {
    var byInode = new HashMap<String, String>();
    for (var line : rows("net/tcp", "net/tcp6")) {
      var fields = line.strip().split("\\s+", -1);
      if (fields.length > INODE && fields[STATE].equals(ESTABLISHED)) {
        byInode.put(
            fields[INODE], address(fields[REMOTE].substring(0, fields[REMOTE].indexOf(':'))));
      }
    }
    return byInode;
  }

  private List<String> rows(String... tables) {
    var rows = new ArrayList<String>();
    for (var table : tables) {
      try {
        rows.addAll(Files.readAllLines(proc.resolve(table)));
      } catch (IOException e) {
        // A kernel without IPv6 has one table only.
        return rows;
      }
    }
    return rows;
  }

  /// The kernel writes an address as words of 32 bits in its own byte order.
  private static String address(String hex) {
    var words = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    var bytes = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
    while (words.hasRemaining()) {
      bytes.putInt(words.getInt());
    }
    try {
      return InetAddress.getByAddress(bytes.array()).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address has the length of " + hex, e);
    }
  }
}
