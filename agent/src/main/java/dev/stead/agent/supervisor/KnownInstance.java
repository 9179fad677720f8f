package dev.stead.agent.supervisor;

import java.time.Duration;
import java.util.Set;

/// One instance as its supervisor runs it; what each call does is said at [Supervisor].
interface KnownInstance {
  void start(InstanceSpec spec);

  void adopt(InstanceSpec spec);

  void stop(Duration grace);

  void restart(Verdict why);

  void remove();

  Instance instance();

  Set<Integer> listeningPorts();
}
