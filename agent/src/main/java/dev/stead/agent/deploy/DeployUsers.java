package dev.stead.agent.deploy;

import dev.stead.agent.volume.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/// The unix users of deploy tokens. Each may log in by its one key, run nothing, and reach by
/// forwarding the agent's socket for deploying, which the group [#GROUP] may open, and nothing
/// else.
///
/// ```
/// tokens/stead-deploy-cv-1a2b3c/                       its home, root's
/// tokens/stead-deploy-cv-1a2b3c/.ssh/authorized_keys   restrict,… ssh-ed25519 AAAA…
/// ```
///
/// @param directory where the homes are
record DeployUsers(Path directory) {
  static final String GROUP = "stead-deploy";

  /// Every such user's name begins so; whoever logs in under one is a token.
  static final String PREFIX = GROUP + "-";

  /// Where the agent listens for them, as the CLI asks sshd for it.
  private static final String SOCKET = "/run/stead/deploy.sock";

  // No terminal, no agent, no command, and forwarding to that one socket only: sshd compares the
  // path
  // with what permitopen has for a host, and no TCP host is called so.
  private static final String RESTRICTIONS =
      "restrict,port-forwarding,permitopen=\"[%s]:*\",permitlisten=\"127.0.0.1:1\",command=\"/bin/false\""
          .formatted(SOCKET);

  void makeGroup() throws IOException {
    Programs.run("groupadd", "--force", "--system", GROUP);
  }

  /// Makes the user, or gives one that is there its key anew.
  void make(String user, String publicKey, String comment) throws IOException {
    var home = directory.resolve(user);
    if (!exists(user)) {
      Programs.run(
          "useradd",
          "--system",
          "--no-log-init",
          "--gid",
          GROUP,
          "--home-dir",
          home.toString(),
          "--no-create-home",
          "--shell",
          "/usr/sbin/nologin",
          "--password",
          "*",
          user);
    }
    var keys = home.resolve(".ssh/authorized_keys");
    Files.createDirectories(keys.getParent());
    // sshd reads it as that user.
    for (var path : List.of(directory, home, keys.getParent())) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    var writing = keys.resolveSibling("authorized_keys.new");
    Files.writeString(writing, "%s %s %s\n".formatted(RESTRICTIONS, publicKey, comment));
    Files.setPosixFilePermissions(writing, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(writing, keys, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Takes the key away, ends what is logged in by it, and then removes the user.
  void remove(String user) throws IOException {
    var home = directory.resolve(user);
    if (Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
      Programs.run("rm", "-rf", home.toString());
    }
    if (exists(user)) {
      ProcessHandle.allProcesses()
          .filter(process -> process.info().user().filter(user::equals).isPresent())
          .forEach(ProcessHandle::destroyForcibly);
      Programs.run("userdel", "--force", user);
    }
  }

  /// The users that have a home here.
  List<String> all() throws IOException {
    if (Files.notExists(directory)) {
      return List.of();
    }
    try (var homes = Files.list(directory)) {
      return homes.map(home -> home.getFileName().toString()).sorted().toList();
    }
  }

  private static boolean exists(String user) throws IOException {
    // 2: there is none.
    return !Programs.run(Set.of(0, 2), "getent", "passwd", user).isEmpty();
  }
}
