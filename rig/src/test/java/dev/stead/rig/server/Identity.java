package dev.stead.rig.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;

/// Who a server is: what sets it apart from the others of its base.
///
/// @param name its host name, and what ssh calls it
/// @param address in the range of the rig's bridge
/// @param hostKey the public half of the key that its sshd shows
record Identity(String name, String address, String hostKey) {
  private static final List<String> HOMES = List.of("root", "home/debian", "home/guest");

  /// Gives an identity to a server that has never booted.
  ///
  /// @param root of its file system
  /// @param letIn the public key whose owner may log in
  static Identity give(Path root, String name, String address, String letIn) {
    try {
      Files.writeString(root.resolve("etc/hostname"), name + "\n");
      Files.writeString(
          root.resolve("etc/hosts"), "127.0.0.1 localhost\n%s %s\n".formatted(address, name));
      Files.writeString(root.resolve("etc/rig"), "ADDRESS=%s/24\n".formatted(address));
      Files.writeString(
          root.resolve("etc/machine-id"), UUID.randomUUID().toString().replace("-", "") + "\n");
      var init =
          Files.write(root.resolve("usr/local/sbin/rig-init"), BareSystem.resource("init.sh"));
      Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
      for (var home : HOMES) {
        Files.writeString(root.resolve(home).resolve(".ssh/authorized_keys"), letIn);
      }
      return new Identity(name, address, makeHostKey(root.resolve("etc/ssh"), name));
    } catch (IOException e) {
      throw new UncheckedIOException("giving an identity to " + name, e);
    }
  }

  private static String makeHostKey(Path directory, String name) throws IOException {
    var file = directory.resolve("ssh_host_ed25519_key");
    HostCommand.run(
        "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file.toString());
    return Files.readString(directory.resolve("ssh_host_ed25519_key.pub")).strip();
  }

  /// A line of a `known_hosts` file.
  String known() {
    return "%s,%s %s%n".formatted(name, address, hostKey);
  }
}
