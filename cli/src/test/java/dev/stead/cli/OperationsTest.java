package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Code;
import dev.stead.sdk.Event;
import dev.stead.sdk.Event.Step;
import dev.stead.sdk.Problem;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands that change a running app, against an agent that plays what a test tells it to.
final class OperationsTest {
  private static final String EVENTS = "GET /v1/apps/cv/operations/op1/events";
  private static final Event.Finished LIVE =
      new Event.Finished(Optional.of(8), List.of("http://cv.localhost:8080"), Optional.empty());

  @TempDir private Path directory;
  private TestAgent agent;

  @BeforeEach
  void startAgent() throws IOException {
    agent = TestAgent.in(directory.resolve("home"));
    for (var verb : List.of("deploy", "rollback", "restart", "stop", "start", "scale", "env")) {
      agent.on("POST /v1/apps/cv/" + verb, new Answers.Started("op1", Optional.of(8)));
    }
    agent.on("POST /v1/apps/cv/secrets", new Answers.Started("op1", Optional.of(8)));
  }

  @AfterEach
  void stopAgent() throws IOException {
    agent.close();
  }

  @Test
  void aDeployBuildsUploadsAndFollowsToTheEnd() throws IOException {
    project("[build]\ncommand = \"echo building && echo made > out.txt\"\ninclude = [\"out.txt\"]");
    agent.on("GET /v1/status", status());
    agent.on("POST /v1/chunks", new Answers.Stored(1));
    knowsNoBundle();
    events(
        new Event.StepStarted(Step.START, "starting 1 instance of web"),
        new Event.Note("web.1 listens on port 20001"),
        new Event.StepEnded(Step.START, Duration.ofMillis(1234)),
        new Event.StepStarted(Step.RELEASE_COMMAND, "migrate"),
        new Event.Output("migrating"),
        new Event.StepEnded(Step.SWITCH, Duration.ofMillis(40)),
        LIVE);
    var call = call().run("deploy", "-m", "because", "--wait");
    assertThat(call.err()).isEmpty();
    assertThat(call.exit()).isZero();
    assertThat(call.out())
        .contains(
            "build       echo building",
            "            | building",
            "            1 file, 5 B",
            "start       starting 1 instance of web",
            "            web.1 listens on port 20001",
            "start       took 1.2 s",
            "            | migrating",
            "cv v8 is live at http://cv.localhost:8080\n",
            " · start 1.2 s · switch 0.0 s\n")
        .containsPattern("sent \\d+ B of 5 B \\(1 of 1 chunk\\)");
    assertThat(agent.asked("POST /v1/apps/cv/deploy").getFirst().text())
        .contains("\"message\":\"because\"", "\"wait-for\":\"PT10M\"", "\"app\":\"cv\"");
  }

  @Test
  void aCanaryIsDeployedAndGoesOnByItsOwnCommand() throws IOException {
    project("[build]\ncommand = \"echo made > out.txt\"\ninclude = [\"out.txt\"]");
    agent.on("GET /v1/status", status());
    agent.on("POST /v1/chunks", new Answers.Stored(1));
    agent.on("POST /v1/apps/cv/deploy", new Answers.Started("op1", Optional.of(9)));
    for (var verb : List.of("canary", "canary/promote", "canary/abort")) {
      agent.on("POST /v1/apps/cv/" + verb, new Answers.Started("op1", Optional.of(9)));
    }
    knowsNoBundle();
    events(LIVE);
    assertThat(call().run("deploy", "--canary", "10%").out())
        .contains("cv v9 is a canary for 10 % of the visitors at http://cv.localhost:8080\n");
    assertThat(agent.asked("POST /v1/apps/cv/deploy").getFirst().text()).contains("\"canary\":10");
    assertThat(call().run("canary", "25").out()).contains("gives its canary 25 % of the visitors");
    assertThat(agent.asked("POST /v1/apps/cv/canary").getFirst().text()).contains("\"percent\":25");
    assertThat(call().run("canary", "promote").exit()).isZero();
    assertThat(call().run("canary", "abort", "cv").exit()).isZero();
    assertThat(agent.asked("POST /v1/apps/cv/canary/promote")).hasSize(1);
    assertThat(agent.asked("POST /v1/apps/cv/canary/abort")).hasSize(1);
    for (var bad : List.of("101%", "-1", "half")) {
      assertThat(call().run("canary", bad).exit()).as(bad).isEqualTo(ExitCode.USAGE.code());
      assertThat(call().run("deploy", "--canary=" + bad).exit())
          .as(bad)
          .isEqualTo(ExitCode.USAGE.code());
    }
  }

  @Test
  void aBuildThatFailsEndsTheDeployWithItsOutput() throws IOException {
    project("[build]\ncommand = \"echo no such class; exit 3\"");
    agent.on("GET /v1/status", status());
    var call = call().run("deploy");
    assertThat(call.exit()).isEqualTo(1);
    assertThat(call.err())
        .contains("C-BUILD-FAILED", "it ended with exit code 3", "    no such class");
    assertThat(agent.asked("POST")).isEmpty();
  }

  @Test
  void nothingIsBuiltWhenNoAgentAnswers() throws IOException {
    project("[build]\ncommand = \"touch built\"");
    agent.close();
    assertThat(call().run("deploy").exit()).isEqualTo(3);
    assertThat(directory.resolve("built")).doesNotExist();
  }

  @Test
  void aFailedRolloutSaysWhyAndWhatStillServes() {
    events(
        new Event.StepStarted(Step.START, "starting"),
        new Event.StepStarted(Step.UNDO, "stopping the new instances"),
        new Event.Finished(
            Optional.of(7),
            List.of(),
            Optional.of(
                Problem.of(Code.CRASHED, "deploying cv v8", "web.1 ended with exit code 1")
                    .withDetails(List.of("Exception in main")))));
    var call = call().run("restart", "--app", "cv");
    assertThat(call.exit()).isEqualTo(1);
    assertThat(call.err())
        .contains("D-CRASHED", "web.1 ended with exit code 1", "    Exception in main")
        .endsWith("cv v7 still serves\n");
  }

  @Test
  void aLostConnectionIsTakenUpAgainWithTheNextEvent() {
    var calls = new AtomicInteger();
    agent.on(
        EVENTS,
        (asked, exchange) -> {
          exchange.stream();
          if (calls.incrementAndGet() == 1) {
            exchange.line(new Event.StepStarted(Step.START, "starting"));
            exchange.line(new Event.Note("half way"));
            return;
          }
          assertThat(asked.target()).endsWith("?from=2");
          exchange.line(LIVE);
        });
    var call = call().run("restart", "--app", "cv");
    assertThat(call.exit()).isZero();
    assertThat(call.out())
        .containsOnlyOnce("half way")
        .contains("connection lost, reattaching", "cv is restarted at http://cv.localhost:8080");
  }

  @Test
  void ctrlCBeforeTheSwitchCancelsAndWaitsForTheUndo() throws Exception {
    var following = new CountDownLatch(1);
    var cancelled = new CountDownLatch(1);
    agent.on(
        EVENTS,
        (_, exchange) -> {
          exchange.stream();
          exchange.line(new Event.StepStarted(Step.SETTLE, "watching"));
          following.countDown();
          await(cancelled);
          exchange.line(new Event.StepStarted(Step.UNDO, "stopping the new instances"));
          exchange.line(
              new Event.Finished(
                  Optional.of(7),
                  List.of(),
                  Optional.of(Problem.of(Code.CANCELLED, "deploying cv v8", "Ctrl-C"))));
        });
    agent.on(
        "DELETE /v1/apps/cv/operations/op1",
        (_, exchange) -> {
          cancelled.countDown();
          exchange.json(202, status());
        });
    var call = call();
    var running = Thread.ofPlatform().name("call").start(() -> call.run("restart", "--app", "cv"));
    await(following);
    printed(call, "watching");
    interrupt();
    assertThat(running.join(Duration.ofSeconds(10))).isTrue();
    assertThat(call.exit()).isEqualTo(130);
    assertThat(call.out()).contains("Cancelling, and waiting for the undo", "stopping the new");
  }

  @Test
  void ctrlCAfterTheSwitchLetsItFinishAndASecondOneLeaves() throws Exception {
    var following = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    agent.on(
        EVENTS,
        (_, exchange) -> {
          exchange.stream();
          exchange.line(new Event.StepEnded(Step.SWITCH, Duration.ofMillis(3)));
          exchange.line(new Event.StepStarted(Step.DRAIN, "waiting for the last requests"));
          following.countDown();
          await(over);
        });
    var call = call();
    var running = Thread.ofPlatform().name("call").start(() -> call.run("restart", "--app", "cv"));
    await(following);
    printed(call, "waiting for the last requests");
    interrupt();
    printed(call, "The switch has happened: letting it finish.");
    interrupt();
    assertThat(running.join(Duration.ofSeconds(10))).isTrue();
    over.countDown();
    assertThat(call.exit()).isEqualTo(130);
    assertThat(call.out()).contains("Leaving; the operation goes on by itself.");
    assertThat(agent.asked("DELETE")).isEmpty();
  }

  @Test
  void rollbackSaysFirstWhatDiffers() {
    agent.on(
        "GET /v1/apps/cv/rollback",
        new Answers.Difference(8, 7, List.of("code: another bundle", "env LANG: C → de")));
    events(LIVE);
    var call = call().run("rollback", "v7", "--app", "cv", "--secrets-too");
    assertThat(call.exit()).isZero();
    assertThat(call.out())
        .startsWith("cv v8 → v7\n  code: another bundle\n  env LANG: C → de\n")
        .contains("cv v7 is live again at");
    assertThat(agent.asked("GET /v1/apps/cv/rollback").getFirst().target()).endsWith("?release=7");
    assertThat(agent.asked("POST").getFirst().text())
        .isEqualTo("{\"release\":7,\"secrets-too\":true,\"wait-for\":null}");
  }

  @Test
  void rollbackGoesToWhatWasLiveAtAMoment() {
    agent.on("GET /v1/apps/cv/rollback", new Answers.Difference(8, 5, List.of()));
    events(LIVE);
    assertThat(call().run("rollback", "--to", "2026-01-02T14:30:00Z", "--app", "cv").exit())
        .isZero();
    assertThat(agent.asked("GET /v1/apps/cv/rollback").getFirst().target())
        .endsWith("?at=2026-01-02T14%3A30%3A00Z");
    assertThat(agent.asked("POST").getFirst().text()).startsWith("{\"release\":5,");
    assertThat(call().run("rollback", "v7", "--to", "2h", "--app", "cv").err())
        .contains("--to names a time as well");
  }

  @Test
  void environmentsAreForkedListedAndRemoved() {
    var staging =
        new Answers.Environment(
            "staging",
            Optional.of("production"),
            Optional.empty(),
            Optional.of("ada@laptop"),
            List.of("staging.cv"),
            List.of());
    agent
        .on("POST /v1/environments", staging)
        .on("GET /v1/environments", new Answers.Environments(List.of(staging)))
        .on("DELETE /v1/environments/staging", (_, exchange) -> exchange.json(200, staging));
    assertThat(call().run("fork", "production", "staging").out())
        .startsWith("environment staging has the config of production, without its secrets\n")
        .contains("  staging.cv: stopped, with empty volumes; `stead start --env staging` or");
    assertThat(agent.asked("POST /v1/environments").getFirst().text())
        .isEqualTo("{\"parent\":\"production\",\"name\":\"staging\",\"with-secrets\":false}");
    assertThat(call().run("environments", "list").out())
        .isEqualTo("staging  0 of 1 apps run  forked from production    ada@laptop\n");
    assertThat(call().run("environments", "remove", "staging").out()).contains("is removed");
  }

  @Test
  void aCommandIsAboutTheAppInTheEnvironmentThatItNames() {
    agent
        .on("GET /v1/apps/staging.cv/operations/op1/events", LIVE)
        .on("POST /v1/apps/staging.cv/scale", new Answers.Started("op1", Optional.of(8)))
        .on("GET /v1/apps/staging.cv/history", new Answers.History(List.of()));
    var scaled = call().run("scale", "web=2", "--app", "cv", "--env", "staging");
    assertThat(scaled.out()).contains("staging.cv ");
    assertThat(call().run("history", "cv", "--env", "staging").exit()).isZero();
    assertThat(call().run("history", "staging.cv").exit()).isZero();
    assertThat(agent.asked("GET /v1/apps/staging.cv/history")).hasSize(2);
    assertThat(call().run("restart", "--app", "cv", "--env", "No Name").err())
        .contains("environment name 'No Name' must match");
  }

  @Test
  void whatRunsInOneEnvironmentIsPromotedToAnother() {
    agent
        .on(
            "GET /v1/environments/production/diff",
            new Answers.EnvironmentDifference(
                List.of(
                    new Answers.AppDifference(
                        "cv", Optional.of(7), Optional.of(8), List.of("variable MODE: a → b")))))
        .on("POST /v1/apps/cv/promote", new Answers.Started("op1", Optional.of(9)));
    events(LIVE);
    var promoted =
        call().run("promote", "staging", "production", "--app", "cv", "--ours=a.b", "--theirs");
    assertThat(promoted.out())
        .startsWith("cv v7 → v8\n  variable MODE: a → b\n")
        .contains("cv has what runs in staging");
    assertThat(agent.asked("GET /v1/environments/production/diff").getFirst().target())
        .contains("to=staging")
        .contains("app=cv");
    assertThat(agent.asked("POST /v1/apps/cv/promote").getFirst().text())
        .isEqualTo(
            "{\"from\":\"staging\",\"ours\":[\"a.b\"],\"theirs\":[\"*\"],\"wait-for\":null}");

    agent.on("POST /v1/apps/cv/promote", (_, exchange) -> exchange.problem(Code.PROMOTE_CONFLICT));
    assertThat(call().run("promote", "staging", "production", "--app", "cv").err())
        .contains("D-PROMOTE-CONFLICT")
        .contains("--ours=KEY keeps");
    assertThat(call().run("diff", "production", "staging").out())
        .isEqualTo("cv v7 → v8\n  variable MODE: a → b\n");
  }

  @Test
  void twoReleasesAreCompared() {
    agent.on("GET /v1/apps/cv/diff", new Answers.Difference(5, 7, List.of("variable MODE: a → b")));
    assertThat(call().run("diff", "cv@v5", "cv@v7").out()).isEqualTo("variable MODE: a → b\n");
    assertThat(agent.asked("GET /v1/apps/cv/diff").getFirst().target()).endsWith("?from=5&to=7");
    assertThat(call().run("diff", "5", "v7", "--app", "cv", "--json").out())
        .contains("\"lines\":[\"variable MODE: a → b\"]");
    assertThat(call().run("diff", "cv@v5", "shop@v7").err()).contains("they are of two apps");
    assertThat(call().run("diff", "cv@v5", "newest").err()).contains("it is no release such as");
  }

  @Test
  void scaleEnvAndSecretsAreSentAsWritten() {
    events(LIVE);
    assertThat(call().run("scale", "web=3", "worker=0", "--app", "cv").exit()).isZero();
    assertThat(agent.asked("POST /v1/apps/cv/scale").getFirst().text())
        .contains("{\"web\":3,\"worker\":0}");
    assertThat(call().run("env", "set", "A=1=2", "B=", "--app", "cv").exit()).isZero();
    assertThat(agent.asked("POST /v1/apps/cv/env").getFirst().text())
        .contains("{\"A\":\"1=2\",\"B\":\"\"}");
    assertThat(call().typing("s3cret\n").run("secret", "set", "TOKEN", "--app", "cv").exit())
        .isZero();
    assertThat(agent.asked("POST /v1/apps/cv/secrets").getFirst().text())
        .contains("{\"TOKEN\":\"s3cret\"}");
  }

  @Test
  void variablesThatCannotBeAreRefusedBeforeAnythingIsAsked() {
    assertThat(call().run("env", "set", "A", "--app", "cv").err()).contains("'A' has no value");
    assertThat(call().run("env", "set", "PORT=1", "9=2", "--app", "cv").err())
        .contains("PORT is set by Stead itself; \"9\" is no name of a variable");
    assertThat(call().run("secret", "set", "TOKEN", "--app", "cv").err())
        .contains("no value was given for TOKEN");
    assertThat(call().typing("x").run("secret", "set", "A", "B", "--app", "cv").err())
        .contains("standard input holds one value only");
    assertThat(agent.asked()).isEmpty();
  }

  @Test
  void aRunCopiesItsOutputAndEndsWithItsExitCode() {
    agent.on("POST /v1/apps/cv/runs", new Answers.RunStarted("r1"));
    agent.on("POST /v1/runs/r1/input", status());
    agent.on(
        "GET /v1/runs/r1/output",
        (_, exchange) -> {
          exchange.stream();
          exchange.out().write(frame(1, "out\n"));
          exchange.out().write(frame(2, "err\n"));
          exchange.out().write(frame(3, "42"));
        });
    var call = call().typing("in").run("run", "--app", "cv", "--", "migrate", "--all");
    assertThat(call.out()).isEqualTo("out\n");
    assertThat(call.err()).isEqualTo("err\n");
    assertThat(call.exit()).isEqualTo(42);
    assertThat(agent.asked("POST /v1/apps/cv/runs").getFirst().text())
        .contains("[\"migrate\",\"--all\"]");
  }

  @Test
  void whatIsTypedIntoARunArrivesAtOnce() throws Exception {
    agent.on("POST /v1/apps/cv/runs", new Answers.RunStarted("r1"));
    agent.on("POST /v1/runs/r1/input", status());
    var typed = new CountDownLatch(1);
    agent.on(
        "GET /v1/runs/r1/output",
        (_, exchange) -> {
          exchange.stream();
          await(typed);
          exchange.out().write(frame(3, "0"));
        });
    try (var keyboard = new PipedOutputStream()) {
      var call = call().typing(new PipedInputStream(keyboard));
      var running =
          Thread.ofPlatform().name("call").start(() -> call.run("run", "--app", "cv", "--", "sh"));
      keyboard.write("ls\n".getBytes(StandardCharsets.US_ASCII));
      keyboard.flush();
      Eventually.until("the keys arrive", () -> agent.arriving().contains("ls\n"));
      typed.countDown();
      assertThat(running.join(Duration.ofSeconds(10))).isTrue();
      assertThat(call.exit()).isZero();
    }
  }

  @Test
  void aConsoleNeedsATerminal() {
    assertThat(call().run("console", "--app", "cv").err()).contains("a console needs a terminal");
  }

  private void events(Event... events) {
    agent.on(
        EVENTS,
        (_, exchange) -> {
          exchange.stream();
          for (var event : events) {
            exchange.line(event);
          }
        });
  }

  private void knowsNoBundle() {
    agent.onPrefix("GET /v1/bundles/", (_, exchange) -> exchange.problem(Code.NO_BUNDLE));
    agent.onPrefix(
        "PUT /v1/bundles/",
        (asked, exchange) -> {
          var json = com.github.luben.zstd.Zstd.decompress(asked.body(), 1 << 20);
          var manifest = dev.stead.sdk.Wire.read(json, dev.stead.sdk.Manifest.class);
          exchange.json(
              200,
              new Answers.Missing(
                  manifest.files().stream()
                      .flatMap(file -> file.chunks().stream())
                      .map(dev.stead.sdk.Manifest.Chunk::sha256)
                      .toList()));
        });
  }

  private void project(String more) throws IOException {
    Files.writeString(
        directory.resolve("stead.toml"),
        "app = \"cv\"\n[process.web]\ncommand = \"serve\"\n" + more + "\n");
  }

  private static Answers.Status status() {
    return new Answers.Status(
        "0.1.0",
        java.time.Instant.EPOCH,
        new Answers.EdgeStatus(true, 1, 8080, 0, Optional.empty()),
        new Answers.DiskUse(1, 1, 1, 1, 1),
        List.of(),
        List.of());
  }

  private static byte[] frame(int kind, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    return java.nio.ByteBuffer.allocate(5 + bytes.length)
        .put((byte) kind)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  /// Ctrl-C: the signal itself, which the command under test catches.
  private static void interrupt() throws Exception {
    var kill =
        new ProcessBuilder("kill", "-INT", Long.toString(ProcessHandle.current().pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static void printed(Call call, String text) {
    Eventually.until("'%s' is printed".formatted(text), () -> call.out().contains(text));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted in a test", e);
    }
  }

  private Call call() {
    return new Call(directory.resolve("home"), directory);
  }
}
