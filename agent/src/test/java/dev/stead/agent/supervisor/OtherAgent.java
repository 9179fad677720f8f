package dev.stead.agent.supervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/// A process of its own that starts the instance `web` and a task in a home, says so, and waits to
/// be killed.
final class OtherAgent {
  private OtherAgent() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    Path work = home.resolve("work");
    var environment = new TreeMap<>(Map.of("WORD", "killed"));
    ProcessSupervisor supervisor = ProcessSupervisor.open(home, InstantSource.system());
    supervisor.start(
        new InstanceSpec(
            "web",
            AdoptionTest.COUNTER,
            work,
            environment,
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            "TERM",
            Duration.ofSeconds(10),
            Home.ACCESS));
    Task task =
        supervisor.run(
            new TaskSpec(
                List.of(
                    "sh", "-c", "trap '' TERM PIPE; touch task-runs; while :; do sleep 1; done"),
                work,
                environment,
                OptionalLong.empty(),
                Optional.empty(),
                Home.ACCESS));
    System.out.println("started");
    task.await();
  }
}
