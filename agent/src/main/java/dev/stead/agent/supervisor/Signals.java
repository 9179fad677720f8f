package dev.stead.agent.supervisor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/// Signals by name and number, and their sending.
final class Signals {
  /// In the order of their numbers from 1 on: Linux on x86-64 and arm64.
  private static final List<String> NAMES =
      List.of(
          "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT"
              .concat(" STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
              .split(" ", -1));

  private static final int SHELL_BASE = 128;
  private static final int LAST_REAL_TIME_SIGNAL = 64;

  private Signals() {}

  static void requireKnown(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "unknown signal '%s'; a signal is named without SIG, such as TERM, INT or QUIT"
              .formatted(name));
    }
  }

  /// The signal that a shell's exit status tells of.
  static OptionalInt ofStatus(int status) {
    int number = status - SHELL_BASE;
    return number > 0 && number <= LAST_REAL_TIME_SIGNAL
        ? OptionalInt.of(number)
        : OptionalInt.empty();
  }

  static String name(int number) {
    return number <= NAMES.size() ? NAMES.get(number - 1) : "RTMIN+" + (number - 34);
  }

  /// Sends a signal to a whole process group. That the group is gone by now is no failure.
  static void sendToGroup(String name, long group) throws IOException, InterruptedException {
    send(name, List.of(-group));
  }

  /// Sends a signal to processes. That they are gone by now is no failure.
  static void send(String name, Collection<Long> processes)
      throws IOException, InterruptedException {
    if (processes.isEmpty()) {
      return;
    }
    List<String> words =
        new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" -- \"$@\"", name));
    processes.forEach(process -> words.add(Long.toString(process)));
    new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
