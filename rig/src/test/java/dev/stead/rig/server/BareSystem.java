package dev.stead.rig.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The system that all servers of a release begin with. Made once, kept outside the repository,
/// never written to: servers lay their disks over it.
final class BareSystem {
  private BareSystem() {}

  /// Where it is; makes it first if need be, which takes about a minute.
  ///
  /// @param cache where bases are kept
  static synchronized Path of(Debian release, Path cache) {
    // Synchronized: a file lock orders processes, and refuses a second thread of this one.
    var recipe = resource("base.sh");
    var base = cache.resolve(release.suite() + "-" + fingerprint(recipe));
    try {
      Files.createDirectories(cache);
      try (var channel =
              FileChannel.open(
                  cache.resolve(release.suite() + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          var _ = channel.lock()) {
        if (!Files.exists(base)) {
          make(release, recipe, base);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("making the base of " + release, e);
    }
    return base;
  }

  private static void make(Debian release, byte[] recipe, Path base) throws IOException {
    System.err.println("rig: making a base of " + release + ", once");
    var script = base.resolveSibling(base.getFileName() + ".sh");
    var part = base.resolveSibling(base.getFileName() + ".part");
    HostCommand.run("rm", "-rf", "--one-file-system", part.toString());
    Files.write(script, recipe);
    HostCommand.run("sh", script.toString(), release.suite(), part.toString());
    Files.delete(script);
    Files.move(part, base);
  }

  static byte[] resource(String name) {
    try (InputStream in = BareSystem.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }

  private static String fingerprint(byte[] recipe) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(recipe);
      return HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
