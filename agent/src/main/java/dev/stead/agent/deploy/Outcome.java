package dev.stead.agent.deploy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.stead.sdk.Problem;
import java.time.Instant;

/// How an operation ended.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Outcome.Done.class, name = "done"),
  @JsonSubTypes.Type(value = Outcome.Undone.class, name = "undone")
})
sealed interface Outcome {
  Instant at();

  record Done(Instant at) implements Outcome {}

  /// It failed or was cancelled before the switch; what served before serves on.
  record Undone(Instant at, Problem problem) implements Outcome {}
}
