package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What runs instances. An instance survives the agent: whoever opens the supervisor next finds it
/// again. Safe for concurrent use.
public interface Supervisor extends AutoCloseable {

  /// Gives a tree of files to an app, so that its processes may read it, and write to it where they
  /// are told they may. Does nothing where all apps run as one user.
  void own(String app, Path tree);

  /// Starts an instance and keeps it running, with back-off (1 s … 60 s) between restarts, until
  /// [#stop]. Returns once it is launched; whether it then stays up, [#instance] tells. An id that
  /// was stopped but not removed starts again. One that could not be launched stays listed as
  /// stopped, with its files, until it is removed.
  ///
  /// @throws IllegalStateException when the id is in use
  /// @throws java.io.UncheckedIOException when it could not even be launched
  void start(InstanceSpec spec);

  /// Goes on keeping an instance that an earlier supervisor started: takes it over where it still
  /// runs, starts it where it does not. The caller gives the whole spec again since its environment
  /// may hold secrets and is written nowhere; the other parts apply from the next restart. Does
  /// nothing when the instance is kept already.
  ///
  /// An instance that was found at opening and not adopted yet is listed and can be stopped.
  /// Whether it is started again when it ends is open: only who starts it from this process needs
  /// adoption.
  ///
  /// @throws java.io.UncheckedIOException when it had to be started and could not be launched
  void adopt(InstanceSpec spec);

  /// Ends an instance: the polite signal, then after the grace SIGKILL, to its whole process group.
  /// Returns when it is gone; does nothing when it already is. Its output and last exit stay until
  /// [#remove].
  void stop(String id, Duration grace);

  /// Ends the run of an instance that is not alive, as [#stop] does, within its spec's stop
  /// timeout, and starts it again with the back-off of one that crashed. Returns at once;
  /// [#instance] tells when it runs again. Does nothing when it does not run, or is being ended
  /// already.
  void restart(String id, Verdict why);

  /// Forgets a stopped instance and deletes its files.
  void remove(String id);

  /// Every instance known, also the stopped ones and those found at opening, whose environment is
  /// empty until they are adopted.
  List<Instance> instances();

  Optional<Instance> instance(String id);

  /// The TCP ports that the instance's processes listen on.
  Set<Integer> listeningPorts(String id);

  /// The file that the instance's output is appended to.
  Path output(String id);

  /// Runs a command once, to its end, with the same limits and surroundings as an instance.
  Task run(TaskSpec spec);

  /// How memory and CPU limits are enforced on this machine.
  Limits limits();

  /// Lets go of all instances without ending any.
  @Override
  void close();
}
