package dev.stead.rig.bench;

import dev.stead.rig.host.Distribution;
import dev.stead.rig.server.Laptop;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// `bench/seed`: seconds and bytes of a bare server's first seed, of one that changes nothing, and
/// of an upgrade to another build.
final class Seed {
  private Seed() {}

  /// Seeds three times.
  ///
  /// @param arguments `bin/stead` of the other build
  static void measure(List<String> arguments) {
    var newer = Path.of(arguments.getFirst()).toAbsolutePath().toString();
    var here = Distribution.directory().resolve("bin/stead").toString();
    try (var rig = Rig.open();
        var server = rig.debian12();
        var laptop = rig.laptop(server)) {
      measure("first seed", here, laptop, server);
      measure("seed without a change", here, laptop, server);
      measure("upgrade", newer, laptop, server);
    }
  }

  private static void measure(String what, String stead, Laptop laptop, Server server) {
    var before = receivedBytes(server);
    var began = System.nanoTime();
    var outcome = laptop.runProgram(stead, "seed", server.alias()).succeeded();
    var took = Duration.ofNanos(System.nanoTime() - began);
    System.out.printf(
        "%s: %.1f s, %.1f MiB to the server%n",
        what, took.toMillis() / 1e3, (receivedBytes(server) - before) / (double) (1 << 20));
    outcome
        .text()
        .lines()
        .filter(line -> line.contains("sent"))
        .forEach(line -> System.out.println("  " + line.strip()));
  }

  private static long receivedBytes(Server server) {
    return Long.parseLong(
        server.run("cat /sys/class/net/host0/statistics/rx_bytes").succeeded().out().strip());
  }
}
