package dev.stead.agent.deploy;

import dev.stead.agent.supervisor.Exit;
import dev.stead.agent.supervisor.Instance;
import dev.stead.agent.supervisor.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/// A command of a release that tells whether an instance is ready: exit code 0 is yes, and its last
/// line says why not. It runs beside the instance and as it does, for [Probe#TIMEOUT] at most;
/// nothing that it has started outlives it.
final class ReadyCommand {
  private final Instances instances;
  private final String line;

  /// @param line run by `/bin/sh -c`
  ReadyCommand(Instances instances, String line) {
    this.instances = instances;
    this.line = line;
  }

  /// How it ended.
  ///
  /// @param last the last line that it printed
  private record Ending(Exit exit, String last) {}

  Probe.Answer ask(Placement placement) {
    var instance = instances.find(placement);
    return instance.isPresent() ? ask(instance.orElseThrow()) : new Probe.Answer.Closed();
  }

  private Probe.Answer ask(Instance instance) {
    var ending = new AtomicReference<>(new Ending(new Exit.Unknown(Instant.EPOCH), ""));
    try {
      if (!endsByItself(instance, ending)) {
        return bad("had not ended after " + Elapsed.text(Probe.TIMEOUT), ending.get());
      }
      return ending.get().exit() instanceof Exit.Code(var _, var code) && code == 0
          ? new Probe.Answer.Ready()
          : bad(ending.get().exit().explain(), ending.get());
    } catch (IOException | UncheckedIOException e) {
      return new Probe.Answer.Bad("`%s` cannot be run: %s".formatted(line, e.getMessage()));
    } catch (InterruptedException e) {
      throw new Control.Abandoned();
    }
  }

  /// Returns once it has ended.
  private boolean endsByItself(Instance instance, AtomicReference<Ending> ending)
      throws IOException, InterruptedException {
    Thread hearing;
    boolean byItself;
    try (var task = instances.runBeside(instance, line)) {
      task.input().close();
      hearing = Thread.ofVirtual().name("ready command").start(() -> ending.set(hear(task)));
      byItself = hearing.join(Probe.TIMEOUT);
    }
    hearing.join();
    return byItself;
  }

  private static Ending hear(Task task) {
    var last = new LastLine();
    read(task.output(), last);
    try {
      return new Ending(task.await(), last.text());
    } catch (InterruptedException e) {
      throw new Control.Abandoned();
    }
  }

  private static void read(InputStream output, LastLine last) {
    try (var reader = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
      for (var next = reader.read(); next >= 0; next = reader.read()) {
        last.take((char) next);
      }
    } catch (IOException e) {
      // It was cut off, since the command was ended: what came before counts.
      return;
    }
  }

  private Probe.Answer bad(String why, Ending ending) {
    var said = ending.last().isEmpty() ? "" : ", saying: " + ending.last();
    return new Probe.Answer.Bad("`%s`: %s%s".formatted(line, why, said));
  }
}
