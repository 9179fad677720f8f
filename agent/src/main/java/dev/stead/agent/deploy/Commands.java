package dev.stead.agent.deploy;

import dev.stead.agent.supervisor.Access;
import dev.stead.agent.supervisor.Exit;
import dev.stead.agent.supervisor.Supervisor;
import dev.stead.agent.supervisor.Task;
import dev.stead.agent.supervisor.TaskSpec;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;

/// Runs the commands that are part of a release, install step and release command, to their end.
/// What they print becomes the operation's events.
final class Commands {
  private final Supervisor supervisor;
  private final EventLog events;
  private final Control control;

  Commands(Supervisor supervisor, EventLog events, Control control) {
    this.supervisor = supervisor;
    this.events = events;
    this.control = control;
  }

  /// One command of a release.
  ///
  /// @param name what it is, for people: `the release command`
  /// @param failure what its failure is called
  record Command(
      String name,
      String line,
      Path directory,
      SortedMap<String, String> environment,
      Access access,
      Duration timeout,
      Code failure) {}

  /// @throws ProblemException when it does not exit with 0 in time
  void run(Command command) {
    var spec =
        new TaskSpec(
            List.of("/bin/sh", "-c", command.line()),
            command.directory(),
            command.environment(),
            OptionalLong.empty(),
            Optional.empty(),
            command.access());
    var last = new ConcurrentLinkedDeque<String>();
    try (var task = supervisor.run(spec)) {
      task.input().close();
      var exit = new AtomicReference<Exit>();
      var watch = watch(task, last, exit);
      var running = Elapsed.start();
      while (watch.isAlive()) {
        if (running.reached(command.timeout())) {
          throw failed(command, "it had not ended after " + Elapsed.text(command.timeout()), last);
        }
        control.pause(Duration.ofMillis(20));
      }
      if (!(exit.get() instanceof Exit.Code(var at, var code) && code == 0)) {
        throw failed(command, exit.get().explain(), last);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("running " + command.name() + ": " + e.getMessage(), e);
    }
  }

  private Thread watch(Task task, ConcurrentLinkedDeque<String> last, AtomicReference<Exit> exit) {
    var streams = new ArrayDeque<Thread>();
    for (var stream : List.of(task.output(), task.errorOutput())) {
      streams.add(Thread.ofVirtual().name("command output").start(() -> pass(stream, last)));
    }
    return Thread.ofVirtual()
        .name("command")
        .start(
            () -> {
              try {
                exit.set(task.await());
                for (var stream : streams) {
                  stream.join();
                }
              } catch (InterruptedException e) {
                throw new Control.Abandoned();
              }
            });
  }

  private void pass(InputStream stream, ConcurrentLinkedDeque<String> last) {
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        events.output(line);
        last.add(line);
        if (last.size() > Instances.LAST_LINES) {
          last.poll();
        }
      }
    } catch (IOException e) {
      events.note("the command's output was cut: " + e.getMessage());
    }
  }

  private static ProblemException failed(
      Command command, String why, ConcurrentLinkedDeque<String> last) {
    var what = "running %s `%s`".formatted(command.name(), command.line());
    return new ProblemException(
        Problem.of(command.failure(), what, why).withDetails(new ArrayList<>(last)));
  }
}
