package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.cli.Terminal.Feature;
import dev.stead.sdk.Answers;
import dev.stead.sdk.AppMode;
import dev.stead.sdk.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every command has in common: help, errors, exit codes, colour, JSON.
final class CliTest {
  private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path directory;

  @Test
  void helpNamesEveryCommandAndEveryExitCode() {
    var call = call().run("--help");
    assertThat(call.exit()).isZero();
    assertThat(call.out()).contains(Commands.names());
    for (var code : ExitCode.values()) {
      assertThat(call.out()).contains("  " + code.code() + " ", code.meaning());
    }
    assertThat(call().run().out()).isEqualTo(call.out());
  }

  @Test
  void everyCommandHasHelpOfItsOwn() {
    for (var name : Commands.names()) {
      var call = call().run(name, "--help");
      assertThat(call.exit()).as(name).isZero();
      assertThat(call.out()).startsWith("Usage: stead " + name);
    }
  }

  @Test
  void aMistypedCommandFindsTheNearest() {
    var call = call().run("deploi");
    assertThat(call.exit()).isEqualTo(2);
    assertThat(call.err())
        .isEqualTo(
            """
            error: reading the command line
              why:  there is no command 'deploi'; did you mean 'deploy'?
              fix:  See `stead --help`.
              code: C-USAGE
            """);
  }

  @Test
  void aMistypedOptionIsAUsageError() {
    var call = call().run("deploy", "--mesage", "x");
    assertThat(call.exit()).isEqualTo(2);
    assertThat(call.err()).contains("Unknown option", "stead deploy --help");
  }

  @Test
  void withoutAnAgentTheExitCodeIsThree() {
    var call = call().run("status");
    assertThat(call.exit()).isEqualTo(3);
    assertThat(call.err()).contains("A-AGENT-DOWN", "agent.sock", "stead up");
  }

  @Test
  void withoutAProjectNoAppIsChosen() {
    var call = call().run("releases");
    assertThat(call.exit()).isEqualTo(2);
    assertThat(call.err()).contains("C-NO-PROJECT", directory.toString(), "--app");
  }

  @Test
  void problemsOfTheAgentArePrintedWholeWithTheirExitCode() throws IOException {
    try (var agent = agent()) {
      agent.on("GET /v1/apps/cv/releases", (_, exchange) -> exchange.problem(Code.NO_APP));
      var call = call().run("releases", "--app", "cv");
      assertThat(call.exit()).isEqualTo(1);
      assertThat(call.err())
          .isEqualTo(
              """
              error: doing what the test asked for
                why:  the test says so
                fix:  `stead status` lists the apps.
                code: A-NO-APP
              """);
    }
  }

  @Test
  void aHeldLeaseIsBusy() throws IOException {
    try (var agent = agent()) {
      agent.on("POST /v1/apps/cv/restart", (_, exchange) -> exchange.problem(Code.LEASE_HELD));
      assertThat(call().run("restart", "--app", "cv").exit()).isEqualTo(4);
    }
  }

  @Test
  void aStackTraceIsPrintedForDebuggingOnly() {
    assertThat(call().run("status").err()).doesNotContain("\tat ");
    assertThat(call().env("STEAD_DEBUG", "1").run("status").err()).contains("\tat dev.stead");
  }

  @Test
  void colourComesWithAColouredTerminalOnly() {
    assertThat(call().run("status").err()).doesNotContain("\u001b");
    assertThat(call().with(Feature.COLOUR).run("status").err()).contains("\u001b[31merror");
  }

  @Test
  void statusShowsAppsInstancesAndWhy() throws IOException {
    try (var agent = agent()) {
      agent.on("GET /v1/status", status());
      var call = call().run("status");
      assertThat(call.exit()).isZero();
      assertThat(call.out())
          .contains(
              "stead 0.1.0, up ",
              "port 8080",
              "disk: 1.0 GiB of 2.0 GiB free",
              "cv v7  degraded, paused  http://cv.localhost:8080",
              "v8 is a canary for 10 % of the visitors",
              "  deploy by ada@laptop for ",
              ", now: settle",
              "cv-7-1",
              "port 20001",
              "restarted 2 times",
              "killed: out of memory",
              "cert cv.example.com: none yet: no address, tried again at 9");
    }
  }

  @Test
  void jsonIsTheAgentsAnswer() throws IOException {
    try (var agent = agent()) {
      agent.on("GET /v1/status", status());
      assertThat(call().run("status", "--json").out())
          .startsWith("{\"version\":\"0.1.0\"")
          .contains("\"http-port\":8080", "\"started-at\":\"2026-01-02T03:04:05Z\"");
      agent.on("GET /v1/apps/cv/env", new Answers.Env(new TreeMap<>(Map.of("LANG", "C.UTF-8"))));
      assertThat(call().run("env", "list", "--app", "cv", "--json").out())
          .isEqualTo("{\"variables\":{\"LANG\":\"C.UTF-8\"}}\n");
    }
  }

  @Test
  void readsArePrintedAsTables() throws IOException {
    Files.writeString(directory.resolve("stead.toml"), "app = \"cv\"\n");
    try (var agent = agent()) {
      agent.on(
          "GET /v1/apps/cv/releases",
          new Answers.Releases(
              List.of(
                  release(2, true, true, Optional.empty()),
                  release(1, false, false, Optional.of("rolled back")))));
      assertThat(call().run("releases").out())
          .containsPattern("v2  live +2026-.* ada@laptop  1.5 KiB  why 2\nv1  rolled back +2026-");
      agent.on(
          "GET /v1/apps/cv/history",
          new Answers.History(List.of(new Answers.Change(9, THEN, "ada@laptop", "deploy cv v2"))));
      assertThat(call().run("history").out()).contains("r9  2026-").contains("deploy cv v2");
      assertThat(call().run("history", "cv", "--since", "2h", "--json").out())
          .contains("\"revision\":9");
      assertThat(agent.asked("GET /v1/apps/cv/history").getLast().target()).endsWith("?since=PT2H");
      agent.on(
          "GET /v1/apps/cv/secrets",
          new Answers.Secrets(List.of(new Answers.Secret("TOKEN", THEN, "ada@laptop"))));
      assertThat(call().run("secret", "list").out()).startsWith("TOKEN  2026-");
    }
  }

  @Test
  void logsArePrintedWithWhereTheyComeFrom() throws IOException {
    try (var agent = agent()) {
      agent.on(
          "GET /v1/apps/cv/logs",
          (_, exchange) -> {
            exchange.stream();
            exchange.line(new Answers.LogLine(THEN, 7, "cv-7-1", "web", "hello"));
          });
      var call =
          call().run("logs", "--app", "cv", "--since", "10m", "--release", "v7", "--grep", "h.l");
      assertThat(call.out()).endsWith(" v7 cv-7-1 | hello\n");
      assertThat(agent.asked().getFirst().target())
          .contains("since=PT10M", "release=7", "grep=h.l")
          .doesNotContain("lines=", "follow=");
      assertThat(call().run("logs", "--app", "cv", "--since", "tomorrow").err())
          .contains("'tomorrow' is no duration such as 30s, 10m or 2h");
    }
  }

  @Test
  void explainKnowsEveryCode() {
    var all = call().run("explain").out();
    for (var code : Code.values()) {
      assertThat(all).contains(code.id());
      assertThat(call().run("explain", code.id()).out()).contains(code.meaning(), code.fix());
    }
    assertThat(call().run("explain", "D-CRASHD").err()).contains("did you mean D-CRASHED?");
  }

  private static Answers.Status status() {
    return new Answers.Status(
        "0.1.0",
        THEN,
        new Answers.EdgeStatus(true, 3, 8080, 0, Optional.empty()),
        new Answers.DiskUse(2L << 30, 1L << 30, 0, 0, 0),
        List.of(
            new Answers.AppStatus(
                "cv",
                Answers.AppState.DEGRADED,
                Optional.of(7),
                Optional.of(6),
                List.of("http://cv.localhost:8080"),
                List.of(
                    new Answers.InstanceStatus(
                        "cv-7-1",
                        "web",
                        7,
                        "backing-off",
                        Optional.of(20001),
                        Optional.of(99L),
                        Optional.of(THEN),
                        2,
                        Optional.of(1L << 20),
                        Optional.of("killed: out of memory"))),
                new TreeMap<>(Map.of("web", 1)),
                Optional.of(
                    new Answers.OperationStatus(
                        "op1",
                        "deploy",
                        "ada@laptop",
                        THEN,
                        Optional.of(dev.stead.sdk.Event.Step.SETTLE))),
                AppMode.PAUSED,
                Optional.of(new Answers.CanaryStatus(8, 10)))),
        List.of(
            Answers.Finding.bad(
                "cert cv.example.com", "none yet: no address, tried again at 9", "Give it one.")));
  }

  private static Answers.Release release(
      int number, boolean live, boolean kept, Optional<String> outcome) {
    return new Answers.Release(
        number, THEN, "ada@laptop", "why " + number, "b", 1500, live, kept, outcome);
  }

  private TestAgent agent() throws IOException {
    return TestAgent.in(directory.resolve("home"));
  }

  private Call call() {
    return new Call(directory.resolve("home"), directory);
  }
}
