package dev.stead.agent.supervisor;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// An instance as it is now.
///
/// @param restarts how often it was started again
/// @param lastExit how it ended last, also while it runs again
/// @param memoryBytes what it uses now
public record Instance(
    InstanceSpec spec,
    State state,
    int restarts,
    Optional<Exit> lastExit,
    OptionalLong memoryBytes) {

  /// Running ⇄ BackingOff → Stopped.
  public sealed interface State {
    record Running(long pid, Instant since) implements State {}

    record BackingOff(Instant until) implements State {}

    record Stopped() implements State {}
  }

  Instance withMemory(OptionalLong bytes) {
    return new Instance(spec, state, restarts, lastExit, bytes);
  }

  public String id() {
    return spec.id();
  }

  public boolean running() {
    return state instanceof State.Running;
  }
}
