package dev.stead.cli.ssh;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/// Where the shared connections have their sockets: a directory of this user's alone, with a short
/// path, since the path of a socket has at most 107 bytes.
///
/// @param path the directory, seen to be private
record ControlDirectory(Path path) {
  /// The directory that the environment leads to, made when it is not there.
  ///
  /// @throws ProblemException when somebody else owns it or may enter it
  static ControlDirectory open(Map<String, String> env) throws IOException {
    int user = owner(Path.of("/proc/self"));
    var runtime = env.getOrDefault("XDG_RUNTIME_DIR", "");
    var path =
        !runtime.isEmpty() && Files.isDirectory(Path.of(runtime))
            ? Path.of(runtime).resolve("stead")
            : Path.of("/tmp/stead-" + user);
    return open(path, user);
  }

  static ControlDirectory open(Path path, int user) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    var rights = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        || owner(path) != user
        || !PosixFilePermissions.toString(rights).equals("rwx------")) {
      throw new ProblemException(
          new Problem(
              Code.FILE_TROUBLE.id(),
              "using " + path + " for connections to servers",
              "it is not a directory that this user alone owns and may enter (mode 0700)",
              "Remove it, or set XDG_RUNTIME_DIR to a private directory.",
              List.of()));
    }
    return new ControlDirectory(path);
  }

  /// The files of one server's connection.
  ///
  /// @param how what else the way there depends on, such as another config file
  Sockets of(Destination destination, String how) {
    var name = name(destination.text() + "\0" + how);
    return new Sockets(
        path.resolve(name + ".ctl"),
        path.resolve(name + ".sock"),
        path.resolve(name + ".log"),
        path.resolve(name + ".lock"));
  }

  /// The files of one connection.
  ///
  /// @param control what later calls of `ssh` share the connection by
  /// @param agent the near end of the tunnel to the agent
  /// @param log what `ssh` says
  /// @param lock held while the connection is made
  record Sockets(Path control, Path agent, Path log, Path lock) {}

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /// 64 bits, so that no two servers of one user meet; nobody gains by making them meet. Not of a
  /// [java.security.MessageDigest], whose providers take longer to load than the agent takes to
  /// answer.
  private static String name(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return digits(new CRC32(), bytes) + digits(new CRC32C(), bytes);
  }

  private static String digits(Checksum sum, byte[] bytes) {
    sum.update(bytes);
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }
}
