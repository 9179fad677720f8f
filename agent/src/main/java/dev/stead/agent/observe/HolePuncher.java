package dev.stead.agent.observe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Gives the start of a file back to the disk while somebody appends to it: its size stays, its
/// blocks go, what stood there reads as zeros. Java has no call for it, so the program `fallocate`
/// does it.
///
/// Where that does not work (no such program, or a file system without holes) it says so once. What
/// instances print then stays on disk until the instance is removed, beside the copy in the logs.
final class HolePuncher {
  private static final System.Logger LOG = System.getLogger(HolePuncher.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int BLOCK_BYTES = 4096;

  private boolean works = true;

  void punch(Path file, long bytes) {
    if (!works) {
      return;
    }
    String length = Long.toString(bytes / BLOCK_BYTES * BLOCK_BYTES);
    try {
      Process fallocate =
          new ProcessBuilder(
                  "fallocate", "--punch-hole", "--offset", "0", "--length", length, file.toString())
              .redirectErrorStream(true)
              .start();
      fallocate.getOutputStream().close();
      String said =
          new String(fallocate.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!fallocate.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        fallocate.destroyForcibly();
        giveUp(file, "fallocate did not end");
      } else if (fallocate.exitValue() != 0) {
        giveUp(file, said);
      }
    } catch (IOException e) {
      giveUp(file, e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void giveUp(Path file, @Nullable String why) {
    works = false;
    LOG.log(
        System.Logger.Level.WARNING,
        "Cannot free the disk of what was taken from {0} ({1}): what instances print stays there until they are removed",
        file,
        why);
  }
}
