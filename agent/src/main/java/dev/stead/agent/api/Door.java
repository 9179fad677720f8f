package dev.stead.agent.api;

import java.nio.file.Path;
import java.util.Optional;

/// A socket that the agent answers on. Who may open it may do what its audience may.
///
/// @param group the group whose members may open it, beside root; empty = the agent's own user
///   alone
public record Door(Path socket, Audience audience, Optional<String> group) {
  /// Whom a door is for.
  public enum Audience {
    /// May do everything.
    OPERATORS,
    /// Deploy tokens: each may deploy its own app.
    DEPLOYERS,
    /// Whoever reaches crush's port or that of the metrics on this machine: may use what is there
    /// and nothing else.
    ANYBODY
  }
}
