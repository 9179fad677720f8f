package dev.stead.agent.deploy;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.util.List;
import java.util.Optional;

/// Work of an operation that may fail, in expected ways or by a bug: either way the operation must
/// go on to undo and to say it.
record Attempt(Runnable work) {
  private static final int FRAMES_MAX = 10;

  /// Does the work.
  ///
  /// @return why it failed; empty when it succeeded
  /// @throws Control.Abandoned when the agent is closing
  Optional<Problem> run() {
    try {
      work.run();
      return Optional.empty();
    } catch (Control.Abandoned e) {
      throw e;
    } catch (ProblemException e) {
      return Optional.of(e.problem());
    } catch (RuntimeException e) {
      return Optional.of(bug(e));
    }
  }

  private static Problem bug(RuntimeException e) {
    var frames =
        List.of(e.getStackTrace()).stream().limit(FRAMES_MAX).map(frame -> "at " + frame).toList();
    return Problem.of(Code.INTERNAL, "the operation", String.valueOf(e)).withDetails(frames);
  }
}
