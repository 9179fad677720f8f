package dev.stead.agent.deploy;

import dev.stead.agent.supervisor.Verdict;
import java.time.Duration;

/// How one run of an instance has answered so far when it was asked whether it is alive. Of one
/// thread at a time.
final class Pulse {
  private final long pid;
  private final Elapsed seen = Elapsed.start();
  private Duration aliveFor = Duration.ZERO;
  private int failures;
  private String answer = "";

  /// A run that is seen for the first time.
  Pulse(long pid) {
    this.pid = pid;
  }

  boolean isOf(long process) {
    return pid == process;
  }

  /// Whether it has had so long to start.
  boolean hasHad(Duration startTimeout) {
    return seen.reached(startTimeout);
  }

  void hear(Probe.Answer heard, int port) {
    switch (heard) {
      case Probe.Answer.Ready _ -> {
        failures = 0;
        aliveFor = seen.time();
      }
      case Probe.Answer.Closed _ -> fail("port %d takes no connection".formatted(port));
      case Probe.Answer.Bad(var text) -> fail(text);
    }
  }

  private void fail(String text) {
    failures++;
    answer = text;
  }

  boolean fails() {
    return failures > 0;
  }

  boolean hasFailed(int times) {
    return failures >= times;
  }

  Verdict verdict() {
    return new Verdict(answer, aliveFor);
  }
}
