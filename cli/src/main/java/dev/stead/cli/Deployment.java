package dev.stead.cli;

import dev.stead.cli.project.Project;
import dev.stead.cli.project.Units;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Client;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import dev.stead.ship.Shipment;
import dev.stead.ship.Upload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One deploy as the CLI sees it: build here, pack, upload what is missing, then follow the agent's
/// rollout to its end.
final class Deployment {
  private static final int LINES_KEPT = 20;

  private final Surroundings surroundings;
  private final Terminal terminal;
  private final Project project;
  private final String app;
  private final Client client;
  private final List<String> took = new ArrayList<>();

  /// @param app the project's app in the environment that it goes to
  Deployment(Surroundings surroundings, Project project, String app) throws IOException {
    this.surroundings = surroundings;
    this.terminal = surroundings.terminal();
    this.project = project;
    this.app = app;
    this.client = surroundings.client();
  }

  /// Deploys and returns the exit code.
  ///
  /// @param message why, in the deployer's words
  /// @param canary beside what is live, for so many of a hundred visitors
  int run(Optional<String> message, Optional<Integer> canary, Optional<Duration> waitFor)
      throws IOException {
    // Asked first: a build of minutes should not end at a server that is not there.
    client.status();
    project.build().command().ifPresent(this::build);
    var shipment = pack();
    var sent = upload(shipment);
    var started =
        client.deploy(
            app, new Requests.Deploy(shipment.id(), project.config(), message, waitFor, canary));
    var ended = new Following(surroundings, app, started.operation()).toEnd();
    if (ended.exitCode() == ExitCode.OK) {
      took.addAll(ended.steps());
      conclusion(ended, canary, started);
      summary(sent, shipment);
      if (!project.config().http().hosts().isEmpty()) {
        new Certificates(surroundings, app).await();
      }
    } else {
      ended
          .finished()
          .ifPresent(finished -> new Operation(surroundings).stillServing(app, finished));
    }
    return ended.exitCode().code();
  }

  private void conclusion(
      Following.Ended ended, Optional<Integer> canary, Answers.Started started) {
    var finished = ended.finished().orElseThrow();
    var release = canary.isPresent() ? started.release() : finished.release();
    var name = release.map(number -> app + " v" + number).orElse(app);
    var urls = finished.urls().isEmpty() ? "" : " at " + String.join(" ", finished.urls());
    var what = canary.map(" is a canary for %d %% of the visitors"::formatted).orElse(" is live");
    terminal.line(terminal.styled(Style.GREEN, name + what) + urls);
  }

  private void summary(Upload.Sent sent, Shipment shipment) {
    terminal.line("  " + String.join(" · ", took));
    terminal.line(
        "  sent %s of %s (%d of %s)"
            .formatted(
                Units.sizeText(sent.bytes()),
                Units.sizeText(shipment.bytes()),
                sent.chunks(),
                counted(shipment.pieces().size(), "chunk")));
  }

  private Shipment pack() throws IOException {
    var began = now();
    say("pack", "files of " + project.directory());
    var shipment =
        Shipment.pack(
            project.directory(),
            project.build().include(),
            bytes -> terminal.bar("packing " + Units.sizeText(bytes), 0, 1));
    terminal.clearBar();
    shipment.notes().forEach(note -> say("", terminal.styled(Style.YELLOW, note)));
    say(
        "",
        "%s, %s"
            .formatted(
                counted(shipment.manifest().files().size(), "file"),
                Units.sizeText(shipment.bytes())));
    ended("pack", began);
    return shipment;
  }

  private Upload.Sent upload(Shipment shipment) {
    var began = now();
    say("upload", "asking what is missing");
    var sent =
        new Upload(
                client,
                (done, total) ->
                    terminal.bar(
                        "%s of %s".formatted(Units.sizeText(done), Units.sizeText(total)),
                        done,
                        total))
            .send(shipment);
    terminal.clearBar();
    say(
        "",
        sent.bytes() == 0
            ? "nothing to send, all of it is there"
            : "sent %s in %s"
                .formatted(Units.sizeText(sent.bytes()), counted(sent.chunks(), "chunk")));
    ended("upload", began);
    return sent;
  }

  private void build(String command) {
    var began = now();
    say("build", command);
    var last = new ArrayDeque<String>();
    int exit;
    try {
      exit = shell(command, last);
    } catch (IOException e) {
      throw new ProblemException(
          Problem.of(
              Code.BUILD_FAILED,
              "running [build] command " + command,
              String.valueOf(e.getMessage())),
          e);
    }
    if (exit != 0) {
      throw new ProblemException(
          Problem.of(
                  Code.BUILD_FAILED,
                  "running [build] command " + command,
                  "it ended with exit code " + exit)
              .withDetails(List.copyOf(last)));
    }
    ended("build", began);
  }

  private int shell(String command, ArrayDeque<String> last) throws IOException {
    var process =
        new ProcessBuilder("/bin/sh", "-c", command)
            .directory(project.directory().toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        say("", terminal.styled(Style.DIM, "| " + line));
        if (last.size() == LINES_KEPT) {
          last.removeFirst();
        }
        last.add(line);
      }
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the build ran", e);
    }
  }

  private static String counted(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  private Instant now() {
    return surroundings.clock().instant();
  }

  private void ended(String step, Instant began) {
    took.add(step + " " + Units.durationText(Duration.between(began, now())));
  }

  private void say(String word, String text) {
    terminal.line(Following.label(terminal, word) + text);
  }
}
