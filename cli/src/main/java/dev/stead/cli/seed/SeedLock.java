package dev.stead.cli.seed;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// The right to seed a server, held as long as this process and its connection live: a script on
/// the server holds the lock until its input ends.
final class SeedLock implements AutoCloseable {
  private final Process holder;

  private SeedLock(Process holder) {
    this.holder = holder;
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

  @Override
  public void close() throws IOException {
    try (var input = holder.getOutputStream()) {
      input.flush();
    } finally {
      holder.destroy();
    }
  }
}
