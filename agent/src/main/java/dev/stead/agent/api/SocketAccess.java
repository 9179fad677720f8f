package dev.stead.agent.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;

/// Who may open the agent's socket, and with it do everything: its user alone; on a server, where
/// that is root, also the members of the group `stead`.
final class SocketAccess {
  private static final String GROUP = "stead";
  private static final int ROOT = 0;

  private SocketAccess() {}

  static void grant(Path socket) throws IOException {
    var group = group(socket);
    var mode = "rw-------";
    if (group.isPresent() && Files.getAttribute(socket, "unix:uid").equals(ROOT)) {
      Files.getFileAttributeView(socket, PosixFileAttributeView.class)
          .setGroup(group.orElseThrow());
      mode = "rw-rw----";
    }
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(mode));
  }

  private static Optional<GroupPrincipal> group(Path socket) throws IOException {
    try {
      var principals = socket.getFileSystem().getUserPrincipalLookupService();
      return Optional.of(principals.lookupPrincipalByGroupName(GROUP));
    } catch (UserPrincipalNotFoundException e) {
      return Optional.empty();
    }
  }
}
