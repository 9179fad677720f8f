package dev.stead.rig.host;

import dev.stead.rig.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The distribution that the tests use: the one this build made.
public final class Distribution {
  private Distribution() {}

  /// Where it is.
  ///
  /// @throws IllegalStateException when it has not been built
  public static Path directory() {
    var target = Repository.root().resolve("dist/target");
    try (var entries = Files.list(target)) {
      return entries
          .filter(entry -> Files.isExecutable(entry.resolve("bin/stead")))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "no distribution under " + target + ": build it with `./stead --help`"));
    } catch (IOException e) {
      throw new UncheckedIOException("looking for a distribution under " + target, e);
    }
  }

  /// Makes a copy in which one file is another: to a server that is another version.
  ///
  /// @param to where there is nothing yet
  public static Path changedCopy(Path to) {
    try {
      var copying = new ProcessBuilder("cp", "-a", directory().toString(), to.toString()).start();
      if (copying.onExit().join().exitValue() != 0) {
        throw new IllegalStateException("cannot copy %s to %s".formatted(directory(), to));
      }
      Files.writeString(to.resolve("LICENSE"), "another");
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException("copying %s to %s".formatted(directory(), to), e);
    }
  }
}
