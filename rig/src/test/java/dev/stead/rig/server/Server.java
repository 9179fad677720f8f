package dev.stead.rig.server;

import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Outcome;
import dev.stead.rig.host.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/// A bare Debian server with systemd and sshd, which has its own disk, network address and limits,
/// and to which everything can be done that happens to servers. Closing it removes it without a
/// trace.
///
/// Users: root, [#SUDOER] (sudo without a password) and [#GUEST] (no sudo); the key of the rig's
/// laptops opens all three. It reaches nothing but Debian packages and the npm registry.
public final class Server implements AutoCloseable {
  public static final String SUDOER = "debian";
  public static final String GUEST = "guest";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration COMMAND_PATIENCE = Duration.ofMinutes(5);
  private static final int CPU_PERIOD_MICROS = 100_000;

  /// A line of `/proc/PID/net/tcp` that says that somebody listens on port 22.
  private static final Pattern SSHD = Pattern.compile("(?m)^ *\\d+: \\w{8}:0016 \\w{8}:0000 0A ");

  /// What `/proc/PID/status` says of the first process of a namespace.
  private static final Pattern FIRST = Pattern.compile("(?m)^NSpid:.*\\t1$");

  /// Starts the machine, and again when it has rebooted, which systemd-nspawn reports as 133.
  private static final String POWERED = "while systemd-nspawn \"$@\"; [ $? = 133 ]; do :; done";

  private final Identity identity;
  private final Disk disk;
  private final Group group;
  private final Access access;
  private final String bridge;
  private final AtomicBoolean closed = new AtomicBoolean();

  Server(Identity identity, Disk disk, Access access, String bridge) {
    this.identity = identity;
    this.disk = disk;
    this.access = access;
    this.bridge = bridge;
    this.group = Group.make(identity.name());
  }

  /// What ssh calls it: `stead seed ALIAS` from a laptop that knows it logs in as root, `stead seed
  /// debian@ALIAS` as a user with sudo.
  public String alias() {
    return identity.name();
  }

  public String address() {
    return identity.address();
  }

  Identity identity() {
    return identity;
  }

  /// Runs a shell command as root, by ssh, and waits for its end.
  public Outcome run(String command) {
    return runAs("root", command);
  }

  /// Runs a shell command as a user, by ssh, and waits for its end.
  public Outcome runAs(String user, String command) {
    return access.start(user, address(), command).await(COMMAND_PATIENCE);
  }

  /// Starts a shell command as root, by ssh.
  public Running start(String command) {
    return access.start("root", address(), command);
  }

  /// Where its file system is on this machine, for looking at it and for putting files there while
  /// it is off.
  public Path root() {
    return disk.root();
  }

  /// Limits the memory of the whole server, now and after every boot.
  public void limitMemory(int mebibytes) {
    group.set("memory", "memory.limit_in_bytes", mebibytes + "M");
  }

  /// Limits how many processors it has for itself, such as 0.5.
  public void limitCpu(double processors) {
    group.set("cpu", "cpu.cfs_period_us", Integer.toString(CPU_PERIOD_MICROS));
    group.set("cpu", "cpu.cfs_quota_us", Long.toString(Math.round(processors * CPU_PERIOD_MICROS)));
  }

  /// Switches it on, and waits until users can log in.
  public void boot() {
    var command =
        List.of(
            "sh",
            "-c",
            POWERED,
            "rig",
            "--quiet",
            "--directory=" + root(),
            "--machine=" + identity.name(),
            "--hostname=" + identity.name(),
            "--register=no",
            "--keep-unit",
            "--network-bridge=" + bridge,
            "--resolv-conf=off",
            "--timezone=off",
            "--kill-signal=SIGRTMIN+3",
            "/usr/local/sbin/rig-init");
    disk.mount();
    try {
      new ProcessBuilder(group.joinedBy(command))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(disk.console().toFile()))
          .start()
          .getOutputStream()
          .close();
    } catch (IOException e) {
      throw new UncheckedIOException("booting " + alias(), e);
    }
    awaitLogins();
  }

  /// `systemctl reboot`: everything is asked to end, and boots again.
  public void reboot() {
    var before = init();
    run("systemctl reboot");
    access.hangUp(address());
    Eventually.until(
        () -> "the reboot of " + alias() + console(),
        PATIENCE,
        () -> init().isPresent() && !init().equals(before));
    awaitLogins();
  }

  /// kill -9 of everything in it at once. It is off then. What its programs had written is on the
  /// disk, synced or not: the kernel lived on.
  public void killInit() {
    switchOff();
  }

  /// Takes its power away. It is off then, and what was not synced is lost.
  public void powerCut() {
    disk.cutPower();
    switchOff();
    disk.restorePower();
  }

  private void switchOff() {
    group.kill();
    access.hangUp(address());
    disk.unmount();
    // The kernel takes it away a moment after the last process, and two cannot have its name.
    Eventually.until(
        "the cable of " + alias() + " to be gone", PATIENCE, () -> Files.notExists(cableLink()));
  }

  private Path cableLink() {
    return Path.of("/sys/class/net", cable());
  }

  /// Stops every process in it, as it stands, as a hypervisor does.
  public void freeze() {
    group.freeze();
  }

  public void thaw() {
    group.thaw();
  }

  /// Pulls its network cable. Nothing tells either side.
  public void partition() {
    HostCommand.run("ip", "link", "set", cable(), "down");
  }

  public void heal() {
    HostCommand.run("ip", "link", "set", cable(), "up");
  }

  private String cable() {
    return "vb-" + identity.name();
  }

  /// Puts what it has written so far beyond the reach of a power cut.
  void settle() {
    disk.sync();
  }

  private void awaitLogins() {
    Eventually.until(
        () -> "logins at " + alias() + console(),
        PATIENCE,
        () -> init().filter(Server::letsUsersIn).isPresent());
  }

  /// Looked up from outside, since a connection that comes too early costs a second.
  private static boolean letsUsersIn(long init) {
    return SSHD.matcher(read(init, "net/tcp")).find()
        && !Files.exists(Path.of("/proc", Long.toString(init), "root", "run", "nologin"));
  }

  /// The server's first process, as this machine numbers it.
  private Optional<Long> init() {
    return group.processes().stream()
        .filter(pid -> FIRST.matcher(read(pid, "status")).find())
        .findFirst();
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + file));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  private String console() {
    try {
      return "; its console:\n" + Files.readString(disk.console(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "; its console cannot be read: " + e;
    }
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    group.close();
    access.hangUp(address());
    disk.delete();
    Traces.removeOfMachine(alias());
  }
}
