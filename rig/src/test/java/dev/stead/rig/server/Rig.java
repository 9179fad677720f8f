package dev.stead.rig.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Real servers for one test run, on a bridge of their own, and laptops from which the CLI reaches
/// them.
///
/// ```java
/// try (var server = rig.debian12();
///     var laptop = rig.laptop(server)) {
///   laptop.run("seed", server.alias()).succeeded();
///   server.powerCut();
///   server.boot();
/// }
/// ```
///
/// A test gets it from [OnServers]. It sweeps what killed test runs have left when it opens, and
/// proves when it closes that nothing is left of itself.
public final class Rig implements AutoCloseable {
  private static final int DISK_MEBIBYTES = 20 * 1024;

  /// Of the range; the bridge has the first.
  private static final int HOST_FIRST = 2;

  private final Slot slot;
  private final Path cache;
  private final Access access;
  private final Supplies supplies;
  private final AtomicInteger hosts = new AtomicInteger(HOST_FIRST);
  private final List<Runnable> endings = new CopyOnWriteArrayList<>();

  private Rig(Slot slot, Path cache, Access access, Supplies supplies) {
    this.slot = slot;
    this.cache = cache;
    this.access = access;
    this.supplies = supplies;
  }

  /// Opens one outside of a test; [OnServers] does it for tests.
  public static Rig open() {
    var cache = Path.of(System.getProperty("user.home"), ".cache", "stead-rig");
    var slot = Slot.take();
    var place = slot.place();
    HostCommand.run("ip", "link", "add", place.bridge(), "type", "bridge");
    HostCommand.run("ip", "address", "add", place.address(1) + "/24", "dev", place.bridge());
    HostCommand.run("ip", "link", "set", place.bridge(), "up");
    return new Rig(slot, cache, Access.make(place), Supplies.start(place, cache));
  }

  /// A server with Debian 11 (systemd 247), booted.
  public Server debian11() {
    return server(Debian.BULLSEYE);
  }

  /// A server with Debian 12 (systemd 252), booted.
  public Server debian12() {
    return server(Debian.BOOKWORM);
  }

  /// A server with Debian 13 (systemd 257), booted.
  public Server debian13() {
    return server(Debian.TRIXIE);
  }

  public Server server(Debian release) {
    return serverOnDisk(release, DISK_MEBIBYTES);
  }

  /// A booted server whose whole disk has this size.
  public Server serverOnDisk(Debian release, int mebibytes) {
    var host = hosts.getAndIncrement();
    var name = place().name(Integer.toString(host));
    var disk =
        Disk.format(
            BareSystem.of(release, cache),
            place().directory().resolve(name),
            place().mounts().resolve(name),
            mebibytes);
    disk.mount();
    var identity = Identity.give(disk.root(), name, place().address(host), publicKey());
    announceSupplies(disk.root());
    access.trust(identity);
    var server = new Server(identity, disk, access, place().bridge());
    endings.add(server::close);
    server.boot();
    // A first boot writes to /etc without syncing; a server that has run for an hour has it on
    // disk.
    server.settle();
    return server;
  }

  private String publicKey() {
    try {
      return Files.readString(Path.of(access.key() + ".pub"));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the rig's key", e);
    }
  }

  private void announceSupplies(Path root) {
    try {
      supplies.announce(root);
    } catch (IOException e) {
      throw new UncheckedIOException("telling a server where packages are", e);
    }
  }

  /// A laptop whose user has the key to all servers of this rig and knows these.
  public Laptop laptop(Server... known) {
    var name = place().name("laptop" + hosts.getAndIncrement());
    var laptop = Laptop.make(place().directory().resolve(name), Group.make(name), access.key());
    endings.add(laptop::close);
    for (var server : known) {
      laptop.knows(server);
    }
    return laptop;
  }

  /// A CA that finds every name at this server. One at a time.
  public Authority authority(Server server) {
    var authority = Authority.start(place(), server);
    endings.add(authority::close);
    return authority;
  }

  Place place() {
    return slot.place();
  }

  /// What is there of this rig on this machine, beside the cache.
  List<String> contents() {
    return place().contents();
  }

  @Override
  public void close() {
    try {
      endings.reversed().forEach(Runnable::run);
      supplies.close();
      access.close();
    } finally {
      slot.close();
    }
    var left = place().contents();
    if (!left.isEmpty()) {
      throw new IllegalStateException("the rig left behind " + left);
    }
  }
}
