package dev.stead.agent.supervisor;

import java.time.Instant;
import java.util.OptionalLong;

/// How a process ended.
public sealed interface Exit {
  Instant at();

  /// One sentence for people: `exited with code 1`, `killed by SIGSEGV (core dumped)`, `out of
  /// memory: limit 64 MiB, peak 64 MiB`.
  String explain();

  record Code(Instant at, int code) implements Exit {
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
    @Override
    public String explain() {
      return "killed by SIG" + signal + (coreDumped ? " (core dumped)" : "");
    }
  }

  /// It was killed for using more memory than its limit.
  ///
  /// @param peakBytes as far as it was seen
  record OutOfMemory(Instant at, long limitBytes, OptionalLong peakBytes) implements Exit {
    @Override
    public String explain() {
      return "out of memory: limit %d MiB, peak %s"
          .formatted(
              limitBytes >> 20,
              peakBytes.isPresent() ? (peakBytes.getAsLong() >> 20) + " MiB" : "not seen");
    }
  }

  /// It ended while nobody watched: the machine was rebooted, or its files are gone.
  record Unknown(Instant at) implements Exit {
    @Override
    public String explain() {
      return "ended unseen (the machine was rebooted, or its shim was killed)";
    }
  }
}
