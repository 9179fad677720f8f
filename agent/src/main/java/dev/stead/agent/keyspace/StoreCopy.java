package dev.stead.agent.keyspace;

import dev.stead.agent.bundle.Headroom;
import dev.stead.agent.volume.Programs;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/// A copy of the whole store that is made while it serves, and sent. It lies in the home as
/// `store.copy` until it is sent or another one is asked for.
public final class StoreCopy {
  private static final String WHAT = "backing up the store";

  private final Store store;
  private final Path original;
  private final Path copy;
  private final Headroom headroom;
  private final Semaphore turn = new Semaphore(1);

  public StoreCopy(Store store, Path home, Headroom headroom) {
    this.store = store;
    this.original = home.resolve("store");
    this.copy = home.resolve("store.copy");
    this.headroom = headroom;
  }

  /// Where a copy is sent, opened once there is one.
  public interface Destination {
    OutputStream open(long revision) throws IOException;
  }

  /// Makes a copy and sends it as a tar archive. The stream is closed only when all of it was sent.
  ///
  /// @throws ProblemException `A-BUSY` while another one is made or sent, `D-NO-DISK`
  public void send(Destination to) throws IOException {
    if (!turn.tryAcquire()) {
      throw new ProblemException(
          Problem.of(Code.BUSY, WHAT, "another copy of it is being made or sent"));
    }
    try {
      remove();
      headroom.require(Programs.bytesUsed(original), WHAT);
      var made = store.backup(copy);
      var archive = to.open(made.revision());
      Programs.drain(archive, "tar", "-C", copy.toString(), "-cf", "-", ".");
      archive.close();
    } finally {
      remove();
      turn.release();
    }
  }

  private void remove() throws IOException {
    if (Files.exists(copy)) {
      Programs.run("rm", "-rf", "--one-file-system", copy.toString());
    }
  }
}
