package dev.stead.rig.server;

import dev.stead.rig.host.Distribution;
import dev.stead.rig.host.Outcome;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// A developer's laptop: a home directory with `.ssh` (key, config with an alias per server,
/// known_hosts), from which the CLI of the built distribution is called as a process. Closing it
/// ends whatever the CLI left running there, its ssh connections above all.
///
/// ssh takes the home directory from the password file and not from `HOME`; so each call has a
/// mount namespace of its own, in which the password file says what this home is.
public final class Laptop implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String AT_HOME = "mount --bind \"$0\" /etc/passwd && exec \"$@\"";

  private final Path home;
  private final Group group;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Laptop(Path home, Group group) {
    this.home = home;
    this.group = group;
  }

  static Laptop make(Path home, Group group, Path key) {
    var laptop = new Laptop(home, group);
    try {
      for (var directory : List.of(home, laptop.ssh(), laptop.run(), laptop.printed())) {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      }
      Files.copy(key, laptop.ssh().resolve("id_ed25519"));
      Files.copy(Path.of(key + ".pub"), laptop.ssh().resolve("id_ed25519.pub"));
      Files.setPosixFilePermissions(
          laptop.ssh().resolve("id_ed25519"), PosixFilePermissions.fromString("rw-------"));
      Files.writeString(laptop.ssh().resolve("config"), "");
      Files.writeString(laptop.ssh().resolve("known_hosts"), "");
      Files.writeString(laptop.passwords(), passwordsWithHome(home));
      laptop.shareCaches();
    } catch (IOException e) {
      throw new UncheckedIOException("making a laptop in " + home, e);
    }
    return laptop;
  }

  /// Builds on a laptop find what builds on this machine have fetched.
  private void shareCaches() throws IOException {
    for (var cache : List.of(".m2", ".npm", ".npmrc")) {
      var real = Path.of(System.getProperty("user.home"), cache);
      if (Files.exists(real)) {
        Files.createSymbolicLink(home.resolve(cache), real);
      }
    }
  }

  private static String passwordsWithHome(Path home) throws IOException {
    return Files.readAllLines(Path.of("/etc/passwd")).stream()
        .map(line -> line.replaceFirst("^(root:[^:]*:0:[^:]*:[^:]*):[^:]*:", "$1:" + home + ":"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /// Its user's home directory. `.ssh/` in it is the user's to change.
  public Path home() {
    return home;
  }

  /// Adds an alias for a server, with root as its user, and the server's host key.
  public void knows(Server server) {
    append(
        "config",
        "Host %s%n  HostName %s%n  User root%n".formatted(server.alias(), server.address()));
    append("known_hosts", server.identity().known());
  }

  /// Has another private key from now on, and no longer the one that every server lets in.
  public void useKey(Path key) {
    try {
      Files.delete(ssh().resolve("id_ed25519.pub"));
      Files.copy(key, ssh().resolve("id_ed25519"), StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(
          ssh().resolve("id_ed25519"), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException("taking the key " + key, e);
    }
  }

  private void append(String file, String text) {
    try {
      Files.writeString(ssh().resolve(file), text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to " + ssh().resolve(file), e);
    }
  }

  /// Calls the CLI in a project's directory and waits for its end.
  public Outcome run(Project project, String... arguments) {
    return start(project, arguments).await(PATIENCE);
  }

  /// Calls the CLI outside any project and waits for its end.
  public Outcome run(String... arguments) {
    return start(home, stead(arguments)).await(PATIENCE);
  }

  /// Calls the CLI in a project's directory and does not wait.
  public Running start(Project project, String... arguments) {
    return start(project.directory(), stead(arguments));
  }

  /// Calls the CLI outside any project and does not wait.
  public Running start(String... arguments) {
    return start(home, stead(arguments));
  }

  /// Runs any other program, such as `ssh`, as the user does, and waits for its end.
  public Outcome runProgram(String... command) {
    return startProgram(command).await(PATIENCE);
  }

  /// Starts any other program, as the user does, and does not wait.
  public Running startProgram(String... command) {
    return start(home, List.of(command));
  }

  private static List<String> stead(String... arguments) {
    var command =
        new ArrayList<>(List.of(Distribution.directory().resolve("bin/stead").toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private Running start(Path directory, List<String> command) {
    var call = calls.incrementAndGet();
    var out = printed().resolve(call + ".out");
    var err = printed().resolve(call + ".err");
    var atHome =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "--propagation",
                "slave",
                "sh",
                "-c",
                AT_HOME,
                passwords().toString()));
    atHome.addAll(command);
    var builder =
        new ProcessBuilder(group.joinedBy(atHome))
            .directory(directory.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("STEAD_") || name.startsWith("XDG_"));
    environment.remove("SSH_AUTH_SOCK");
    environment.put("HOME", home.toString());
    environment.put("XDG_RUNTIME_DIR", run().toString());
    environment.put("CI", "true");
    try {
      var shown = Path.of(command.getFirst()).getFileName() + " " + words(command);
      return new Running(shown, builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException("starting " + command, e);
    }
  }

  private static String words(List<String> command) {
    return String.join(" ", command.subList(1, command.size()));
  }

  private Path ssh() {
    return home.resolve(".ssh");
  }

  private Path run() {
    return home.resolve("run");
  }

  private Path printed() {
    return home.resolve("printed");
  }

  private Path passwords() {
    return home.resolve("passwd");
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    group.close();
    HostCommand.run("rm", "-rf", "--one-file-system", home.toString());
  }
}
