package dev.stead.agent.certs;

import dev.stead.edge.control.ChallengeSet;
import java.io.IOException;

/// Who answers a CA's questions: the edge.
interface Responder {
  /// Answers these from now on, and no others. Returns once that is so.
  ///
  /// @throws IOException when it cannot be reached
  void answer(ChallengeSet challenges) throws IOException;
}
