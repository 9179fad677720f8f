package dev.stead.cli.seed;

import dev.stead.cli.ssh.Connection;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.io.InputStream;

/// The store of a server whose agent may not be able to open it.
public final class ServerStore {
  private static final String SCRIPT = "restore-store.sh";

  private ServerStore() {}

  /// Puts a backup in its place: the agent is stopped, the archive sent, checked and put there, and
  /// the agent started again, whatever became of it. What the agent runs goes on.
  ///
  /// @throws ProblemException `C-STORE-RESTORE` with what was said there
  public static void restore(Connection connection, InputStream archive) throws IOException {
    var shell = RootShell.on(connection);
    var process = shell.open(SCRIPT);
    try {
      archive.transferTo(process.getOutputStream());
    } catch (IOException e) {
      // It ended before it had read all: its exit code says why.
      assert e.getMessage() != null : e;
    }
    try {
      shell.finish(SCRIPT, process, new byte[0]);
    } catch (ProblemException e) {
      var found = e.problem();
      var problem = Problem.of(Code.STORE_RESTORE, "restoring the store", found.why());
      throw new ProblemException(problem.withDetails(found.details()), e);
    }
  }
}
