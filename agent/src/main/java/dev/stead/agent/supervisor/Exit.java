package dev.stead.agent.supervisor;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;

/// How a process ended.
@Json(naming = Naming.LowerHyphen, typeProperty = "kind")
@Json.SubType(type = Exit.Code.class, name = "code")
@Json.SubType(type = Exit.Signal.class, name = "signal")
@Json.SubType(type = Exit.OutOfMemory.class, name = "out-of-memory")
@Json.SubType(type = Exit.NotAlive.class, name = "not-alive")
@Json.SubType(type = Exit.NotLaunched.class, name = "not-launched")
@Json.SubType(type = Exit.Unknown.class, name = "unknown")
public sealed interface Exit {
  Instant at();

  /// One sentence for people: `exited with code 1`, `killed by SIGSEGV (core dumped)`, `out of
  /// memory: limit 64 MiB, peak 64 MiB`.
  String explain();

  record Code(Instant at, int code) implements Exit {
    public Code {
      Objects.requireNonNull(at, "at is missing");
    }

    @Override
    public String explain() {
      return switch (code) {
        case 0 -> "exited with code 0, though it should keep running";
        case 126 -> "exited with code 126: the command cannot be executed";
        case 127 -> "exited with code 127: the command was not found";
        default -> "exited with code " + code;
      };
    }
  }

  /// It was ended by a signal, or ended with 128 + the signal's number, as shells and JVMs do when
  /// a signal makes them end.
  ///
  /// @param signal name without `SIG`
  record Signal(Instant at, String signal, boolean coreDumped) implements Exit {
    public Signal {
      Objects.requireNonNull(at, "at is missing");
      Objects.requireNonNull(signal, "signal is missing");
    }

    @Override
    public String explain() {
      return "killed by SIG" + signal + (coreDumped ? " (core dumped)" : "");
    }
  }

  /// It, or one of its processes, was killed for memory.
  ///
  /// @param limitBytes its own limit; empty when it was not that one which was met, but the
  ///   machine's
  /// @param peakBytes as far as it was seen
  record OutOfMemory(Instant at, OptionalLong limitBytes, OptionalLong peakBytes) implements Exit {
    public OutOfMemory {
      Objects.requireNonNull(at, "at is missing");
    }

    @Override
    public String explain() {
      String peak = peakBytes.isPresent() ? mebibytes(peakBytes.getAsLong()) : "not seen";
      return limitBytes.isPresent()
          ? "out of memory: limit %s, peak %s".formatted(mebibytes(limitBytes.getAsLong()), peak)
          : "out of memory: the machine had none left, its own peak was " + peak;
    }

    private static String mebibytes(long bytes) {
      return (bytes >> 20) + " MiB";
    }
  }

  /// It was ended, since it ran but was not alive.
  ///
  /// @param answer what it answered when it was asked last
  record NotAlive(Instant at, String answer) implements Exit {
    public NotAlive {
      Objects.requireNonNull(at, "at is missing");
      Objects.requireNonNull(answer, "answer is missing");
    }

    @Override
    public String explain() {
      return "ended since it was not alive: " + answer;
    }
  }

  /// It could not be started again.
  record NotLaunched(Instant at, String reason) implements Exit {
    public NotLaunched {
      Objects.requireNonNull(at, "at is missing");
      Objects.requireNonNull(reason, "reason is missing");
    }

    @Override
    public String explain() {
      return "could not be started: " + reason;
    }
  }

  /// It ended while nobody watched.
  record Unknown(Instant at) implements Exit {
    public Unknown {
      Objects.requireNonNull(at, "at is missing");
    }

    @Override
    public String explain() {
      return "ended unseen (the machine was rebooted, or its shim was killed)";
    }
  }
}
