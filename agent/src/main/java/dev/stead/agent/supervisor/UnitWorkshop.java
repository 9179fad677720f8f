package dev.stead.agent.supervisor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What units of apps and tasks are made with.
///
/// @param script `unit.sh`
/// @param records where each unit's record lies, `/run/stead/apps`
record UnitWorkshop(Units units, AppUsers users, Sandbox sandbox, Path script, Path records) {
  static final String APP_PREFIX = "stead-app-";
  static final String TASK_PREFIX = "stead-task-";

  /// How long a task's processes may live after the polite signal.
  static final Duration TASK_GRACE = Duration.ofSeconds(10);

  UnitRecord record(String id) {
    return new UnitRecord(records.resolve(id));
  }

  /// The properties that every unit has which runs something of an app's.
  List<String> properties(
      Path directory, Access access, OptionalLong memoryBytes, OptionalDouble cpu)
      throws IOException {
    return sandbox.properties(users.ensure(access.app()), directory, access, memoryBytes, cpu);
  }

  /// A call of `unit.sh` around a run. It is made as root and, since what a unit hides is hidden
  /// from such calls as well, in the machine's own view of its files.
  ///
  /// @param act what `unit.sh` is to do
  String around(String act, UnitRecord record) {
    return "+/usr/bin/nsenter --target=1 --mount /bin/sh %s %s %s"
        .formatted(script, act, record.directory());
  }
}
