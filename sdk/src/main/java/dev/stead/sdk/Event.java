package dev.stead.sdk;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What happens in an operation, as it happens. One line of NDJSON each; the line's number is its
/// sequence, so that a reader who was cut off goes on with `?from=`. The last event of every
/// operation is [Finished].
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Event.StepStarted.class, name = "step-started"),
  @JsonSubTypes.Type(value = Event.StepEnded.class, name = "step-ended"),
  @JsonSubTypes.Type(value = Event.Note.class, name = "note"),
  @JsonSubTypes.Type(value = Event.Output.class, name = "output"),
  @JsonSubTypes.Type(value = Event.Finished.class, name = "finished")
})
public sealed interface Event {

  /// A step began.
  ///
  /// @param text what is being done, for people
  record StepStarted(Step step, String text) implements Event {}

  record StepEnded(Step step, Duration took) implements Event {}

  /// Something worth knowing: the strategy chosen and why, an instance that became ready.
  record Note(String text) implements Event {}

  /// A line printed by a command of the user's: install, release command.
  record Output(String line) implements Event {}

  /// The end.
  ///
  /// @param release the release that serves now; empty when none does
  /// @param urls where the app answers
  /// @param problem why the operation failed; empty when it succeeded
  record Finished(Optional<Integer> release, List<String> urls, Optional<Problem> problem)
      implements Event {
    public Finished {
      urls = List.copyOf(urls);
    }
  }

  /// The steps of an operation, in order. Not every operation has all of them.
  enum Step {
    WAIT,
    PREPARE,
    INSTALL,
    RELEASE_COMMAND,
    HOLD,
    /// A volume is copied or replaced, while no instance runs.
    VOLUME,
    START,
    SETTLE,
    SWITCH,
    DRAIN,
    STOP,
    PRUNE,
    UNDO
  }
}
