package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What happens in an operation, as it happens. One line of NDJSON each; the line's number is its
/// sequence, so that a reader who was cut off goes on with `?from=`. The last event of every
/// operation is [Finished].
@Json(naming = Naming.LowerHyphen, typeProperty = "type")
@Json.SubType(type = Event.StepStarted.class, name = "step-started")
@Json.SubType(type = Event.StepEnded.class, name = "step-ended")
@Json.SubType(type = Event.Note.class, name = "note")
@Json.SubType(type = Event.Output.class, name = "output")
@Json.SubType(type = Event.Finished.class, name = "finished")
public sealed interface Event {

  /// A step began.
  ///
  /// @param text what is being done, for people
  record StepStarted(Step step, String text) implements Event {
    public StepStarted {
      Objects.requireNonNull(step, "step is missing");
      Objects.requireNonNull(text, "text is missing");
    }
  }

  record StepEnded(Step step, Duration took) implements Event {
    public StepEnded {
      Objects.requireNonNull(step, "step is missing");
      Objects.requireNonNull(took, "took is missing");
    }
  }

  /// Something worth knowing: the strategy chosen and why, an instance that became ready.
  record Note(String text) implements Event {
    public Note {
      Objects.requireNonNull(text, "text is missing");
    }
  }

  /// A line printed by a command of the user's: install, release command.
  record Output(String line) implements Event {
    public Output {
      Objects.requireNonNull(line, "line is missing");
    }
  }

  /// The end.
  ///
  /// @param release the release that serves now; empty when none does
  /// @param urls where the app answers
  /// @param problem why the operation failed; empty when it succeeded
  record Finished(Optional<Integer> release, List<String> urls, Optional<Problem> problem)
      implements Event {
    public Finished {
      Objects.requireNonNull(urls, "urls is missing");
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
