package dev.stead.cli.seed;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The right to seed a server, held as long as this process and its connection live: a script on
/// the server holds the lock until its input ends, or no sign of life has come for a minute.
final class SeedLock implements AutoCloseable {
  private static final Duration BETWEEN_SIGNS = Duration.ofSeconds(10);

  private final Process holder;
  private final CountDownLatch closing = new CountDownLatch(1);

  private SeedLock(Process holder) {
    this.holder = holder;
    Thread.ofVirtual().name("seed lock").start(this::live);
  }

  /// @throws ProblemException when somebody else seeds this server
  static SeedLock take(RootShell shell, String server) throws IOException {
    var holder = shell.open("lock.sh");
    var lines =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.US_ASCII));
    var said = lines.readLine();
    if ("held".equals(said)) {
      return new SeedLock(holder);
    }
    holder.destroy();
    if (said == null) {
      throw shell.cut("");
    }
    throw new ProblemException(
        Problem.of(Code.SEED_BUSY, "seeding " + server, "another seed of it is under way"));
  }

  private void live() {
    try (var input = holder.getOutputStream()) {
      while (!closing.await(BETWEEN_SIGNS.toMillis(), TimeUnit.MILLISECONDS)) {
        input.write('\n');
        input.flush();
      }
    } catch (IOException e) {
      // The connection is cut; so is the step under way, which says so.
      holder.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    holder.destroy();
  }
}
