package dev.stead.edge.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The listening sockets that whoever started this process holds and hands down, sd_listen_fds(3):
/// `LISTEN_FDS` of them, numbered from 3 on, meant for the process `LISTEN_PID`, named in
/// `LISTEN_FDNAMES` with a colon between two.
public final class InheritedSockets {
  private static final int FIRST = 3;
  private static final int MAX = 64;
  private static final int O_NONBLOCK = 0x800;
  private static final int OCTAL = 8;
  private static final String FLAGS = "flags:";

  private InheritedSockets() {}

  /// One of them.
  ///
  /// @param name what its unit calls it (`FileDescriptorName=`); empty when nothing is said
  public record Inherited(int descriptor, String name) {}

  /// Which they are; none when nothing was handed to this process.
  ///
  /// @param pid this process
  /// @throws IOException when what was handed down cannot be used
  public static List<Inherited> of(Map<String, String> environment, long pid) throws IOException {
    String count = environment.get("LISTEN_FDS");
    if (count == null || !Long.toString(pid).equals(environment.get("LISTEN_PID"))) {
      return List.of();
    }
    String said = environment.getOrDefault("LISTEN_FDNAMES", "");
    String[] names = said.isEmpty() ? new String[0] : said.split(":", -1);
    int number = number(count);
    List<Inherited> inherited = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      checkNonBlocking(FIRST + i);
      inherited.add(new Inherited(FIRST + i, i < names.length ? names[i] : ""));
    }
    return inherited;
  }

  private static int number(String count) throws IOException {
    try {
      int number = Integer.parseInt(count);
      if (number >= 0 && number <= MAX) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IOException("LISTEN_FDS is no number: " + count, e);
    }
    throw new IOException("LISTEN_FDS must be from 0 to " + MAX + ", not " + count);
  }

  /// A blocking socket would stop its event loop for good once another process has taken the
  /// connection that it was woken for.
  private static void checkNonBlocking(int descriptor) throws IOException {
    Path about = Path.of("/proc/self/fdinfo", Integer.toString(descriptor));
    for (String line : Files.readAllLines(about)) {
      if (line.startsWith(FLAGS)
          && (Integer.parseInt(line.substring(FLAGS.length()).strip(), OCTAL) & O_NONBLOCK) == 0) {
        throw new IOException(
            "the inherited socket %d is blocking; its service needs NonBlocking=true"
                .formatted(descriptor));
      }
    }
  }
}
