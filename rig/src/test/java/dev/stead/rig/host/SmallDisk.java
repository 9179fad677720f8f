package dev.stead.rig.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file system of a few megabytes mounted at a directory. It is gone with [#close].
public final class SmallDisk implements AutoCloseable {
  private final Path at;

  private SmallDisk(Path at) {
    this.at = at;
  }

  public static boolean isPossible() {
    return run("mount", "--fake", "-t", "tmpfs", "none", "/mnt") == 0
        && "root".equals(System.getProperty("user.name"));
  }

  static SmallDisk mount(Path at, int mebibytes) {
    try {
      Files.createDirectories(at);
    } catch (IOException e) {
      throw new UncheckedIOException("making " + at, e);
    }
    var options = "size=%dm,mode=700".formatted(mebibytes);
    if (run("mount", "-t", "tmpfs", "-o", options, "stead-rig", at.toString()) != 0) {
      throw new IllegalStateException("mounting a small disk at " + at + " failed");
    }
    return new SmallDisk(at);
  }

  private static int run(String... command) {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("running " + String.join(" ", command), e);
    }
  }

  @Override
  public void close() {
    if (run("umount", at.toString()) != 0) {
      throw new IllegalStateException("the small disk at " + at + " is still in use");
    }
  }
}
