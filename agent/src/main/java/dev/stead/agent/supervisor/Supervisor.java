package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What runs instances. An instance survives the agent: whoever opens the supervisor next finds it
/// again. Safe for concurrent use.
public interface Supervisor extends AutoCloseable {

  /// Starts an instance and keeps it running, with back-off (1 s … 60 s) between restarts, until
  /// [#stop].
  ///
  /// @throws IllegalStateException when the id is in use
  /// @throws java.io.UncheckedIOException when it could not even be launched
  void start(InstanceSpec spec);

  /// Ends an instance: the polite signal, then after the grace SIGKILL, to its whole process group.
  /// Returns when it is gone; does nothing when it already is. Its output and last exit stay until
  /// [#remove].
  void stop(String id, Duration grace);

  /// Forgets a stopped instance and deletes its files.
  void remove(String id);

  /// Every instance known, also the stopped ones.
  List<Instance> instances();

  Optional<Instance> instance(String id);

  /// The TCP ports that the instance's processes listen on.
  Set<Integer> listeningPorts(String id);

  /// The file that the instance's output is appended to.
  Path output(String id);

  /// Runs a command once, to its end, with the same limits and surroundings as an instance.
  Task run(TaskSpec spec);

  /// Lets go of all instances without ending any.
  @Override
  void close();
}
