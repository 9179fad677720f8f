package dev.stead.agent;

import static dev.stead.sdk.Answers.Level.BAD;
import static dev.stead.sdk.Answers.Level.GOOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Answers.LogLine;
import dev.stead.sdk.Client;
import dev.stead.sdk.Event;
import dev.stead.sdk.Http;
import dev.stead.sdk.Requests;
import dev.stead.sdk.Requests.LogQuery;
import dev.stead.sdk.Requests.TerminalSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What is begun over the API and watched there, with a real edge and a live app.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperationsTest {
  private final Home home = Home.make();
  private final Client client = home.client();
  private Agent agent;
  private List<Event> deployed;

  @BeforeAll
  void deploy() throws IOException {
    home.startEdge();
    agent = Agent.start(new Agent.Places(home.path, home.path), InstantSource.system());
    deployed = Ticker.deploy(client);
  }

  @AfterAll
  void stop() throws IOException {
    client.events(
        Ticker.APP,
        client.stop(Ticker.APP, new Requests.Plain(Optional.empty())).operation(),
        0,
        _ -> {});
    agent.close();
    home.close();
  }

  @Test
  void theStatusShowsWhatIsLive() throws IOException {
    var status = client.status();

    assertThat(status.edge().up()).isTrue();
    assertThat(status.apps())
        .singleElement()
        .satisfies(app -> assertThat(app.state()).isEqualTo(Answers.AppState.LIVE));
    assertThat(status.disk().releases()).isPositive();
    assertThat(client.history(Ticker.APP, Optional.empty()).changes().getFirst().author())
        .isEqualTo("ada@test");
  }

  @Test
  void theDoctorFindsWhatDoesNotAnswerAndSaysWhatMendsIt() throws IOException {
    var healthy = client.doctor();

    assertThat(healthy.findings())
        .allSatisfy(finding -> assertThat(finding.level()).as(finding.text()).isNotEqualTo(BAD));
    assertThat(healthy.findings())
        .extracting(Answers.Finding::about)
        .contains("agent", "edge", "store", "disk", "memory", "app " + Ticker.APP);

    var worker = client.app(Ticker.APP).instances().getFirst();
    ProcessHandle.of(worker.pid().orElseThrow()).orElseThrow().destroyForcibly();
    Home.until("its end was seen", () -> ended(worker.id()));

    assertThat(client.doctor().findings())
        .filteredOn(finding -> finding.level() != GOOD)
        .filteredOn(finding -> finding.about().equals("app " + Ticker.APP))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.text()).contains(worker.id()).contains("killed by SIGKILL");
              assertThat(finding.fix().orElseThrow()).contains("`stead logs --app ticker");
            });
  }

  private boolean ended(String instance) {
    try {
      return client.app(Ticker.APP).instances().stream()
          .anyMatch(each -> each.id().equals(instance) && each.why().isPresent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whoWasCutOffGoesOnWithTheNextEvent() throws IOException {
    var operation = Ticker.begin(client).operation();
    var all = new ArrayList<Event>();
    client.events(Ticker.APP, operation, 0, all::add);
    var rest = new ArrayList<Event>();
    client.events(Ticker.APP, operation, 3, rest::add);

    assertThat(all.getLast()).isInstanceOf(Event.Finished.class);
    assertThat(rest).isEqualTo(all.subList(3, all.size()));
    assertThat(deployed).hasSizeGreaterThan(5);
  }

  @Test
  void logsAreAskedForByWhatTheySay() throws IOException {
    Home.until("ten lines are there", () -> logs(query(Optional.empty(), 1000)).size() >= 10);

    assertThat(logs(query(Optional.empty(), 3))).hasSize(3);
    assertThat(logs(query(Optional.of("tick [12] of"), 1000)))
        .isNotEmpty()
        .allSatisfy(
            line -> {
              assertThat(line.text()).matches("tick [12] of ticker");
              assertThat(line.process()).isEqualTo("worker");
            });
    assertThatThrownBy(() -> logs(query(Optional.of("("), 10)))
        .hasMessageContaining("parameter grep must be a regular expression, not '('");
    assertThatThrownBy(() -> client.logs("nope", query(Optional.empty(), 1), _ -> {}))
        .hasMessageContaining("A-NO-APP");
  }

  @Test
  void followedLogsComeAsTheyArePrintedUntilTheReaderLeaves() throws Exception {
    var lines = new CopyOnWriteArrayList<LogLine>();
    var follow =
        new LogQuery(
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(1));
    var reader =
        Thread.ofVirtual()
            .name("reader")
            .start(() -> assertThatThrownBy(() -> client.logs(Ticker.APP, follow, lines::add)));
    Home.until("lines come", () -> lines.size() >= 3);

    reader.interrupt();
    reader.join();

    Home.until("the agent ended its side", () -> underWay() == 0);
  }

  @Test
  void aFollowerOfSilenceLeavesNoThreadBehind() throws Exception {
    var nothing =
        new LogQuery(
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.of("nobody"),
            Optional.empty(),
            Optional.empty());
    var reader =
        Thread.ofVirtual()
            .name("reader")
            .start(() -> assertThatThrownBy(() -> client.logs(Ticker.APP, nothing, _ -> {})));
    Home.until("the agent follows", () -> underWay() == 1);

    reader.interrupt();
    reader.join();

    Home.until("the agent ended its side", () -> underWay() == 0);
  }

  @Test
  void aRunKeepsItsStreamsApartAndSaysItsExitCode() throws IOException {
    var run = run("cat name; echo $STEAD_APP >&2; exit 7").all();

    assertThat(run.output()).isEqualTo("ticker\n");
    assertThat(run.errors.toString(StandardCharsets.UTF_8)).isEqualTo("ticker\n");
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(client.history(Ticker.APP, Optional.empty()).changes())
        .anySatisfy(
            change -> {
              assertThat(change.message()).startsWith("run ").contains("cat name");
              assertThat(change.author()).isEqualTo("ada@test");
            });
  }

  @Test
  void aRunReadsWhatItIsFed() throws IOException {
    var started = client.run(Ticker.APP, request("wc -c; echo done"));
    try (var answer = client.runOutput(started.run())) {
      client.runInput(started.run(), new ByteArrayInputStream(new byte[5_000_000]));
      var run = new RunOutput(answer).all();

      assertThat(run.output()).isEqualTo("5000000\ndone\n");
      assertThat(run.exitCode()).isZero();
    }
  }

  @Test
  void aRunPrintsAsFastAsItIsRead() throws IOException {
    var run = run("head -c 2000000 /dev/zero").all();

    assertThat(run.output.size()).isEqualTo(2_000_000);
  }

  @Test
  void aRunThatIsKilledSaysSo() throws IOException {
    var run = run("kill -9 $$").all();

    assertThat(run.exitCode()).isEqualTo(137);
    assertThat(run.errors.toString(StandardCharsets.UTF_8)).isEqualTo("stead: killed by SIGKILL\n");
  }

  @Test
  void aRunGetsATerminalThatCanBeResized() throws IOException {
    var script =
        "stty size; trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.1; done";
    var started =
        client.run(
            Ticker.APP,
            new Requests.Run(List.of("sh", "-c", script), Optional.of(new TerminalSize(100, 30))));
    try (var answer = client.runOutput(started.run())) {
      var run = new RunOutput(answer).until("ready");
      client.runSize(started.run(), new TerminalSize(120, 40));

      assertThat(run.all().output()).isEqualTo("30 100\r\nready\r\n40 120\r\n");
    }
  }

  @Test
  void aRunEndsWhenItsReaderLeaves() throws IOException {
    var started = client.run(Ticker.APP, request("echo pid $$; exec sleep 1000"));
    long pid;
    try (var answer = client.runOutput(started.run())) {
      var line = new RunOutput(answer).until("\n").output();
      pid = Long.parseLong(line.substring(4).strip());
      assertThat(ProcessHandle.of(pid)).isPresent();
      assertThatThrownBy(() -> client.runOutput(started.run()).close())
          .hasMessageContaining("is being read already");
    }

    Home.until("the command is gone", () -> ProcessHandle.of(pid).isEmpty());
    Home.until("the run is forgotten", () -> isForgotten(started.run()));
  }

  @Test
  void runsAreBounded() throws IOException {
    var answers = new ArrayList<Http.Answer>();
    try {
      assertThatThrownBy(
              () -> {
                for (var i = 0; i < 100; i++) {
                  var started = client.run(Ticker.APP, request("exec sleep 1000"));
                  answers.add(client.runOutput(started.run()));
                }
              })
          .hasMessageContaining("A-BUSY: running sh -c exec sleep 1000: 16 commands are under way");
    } finally {
      answers.forEach(Http.Answer::close);
    }
    Home.until("all are gone", () -> underWay() == 0);
  }

  @Test
  void aRunOfNothingIsRefused() {
    assertThatThrownBy(() -> client.run(Ticker.APP, new Requests.Run(List.of(), Optional.empty())))
        .hasMessageContaining("A-BAD-REQUEST")
        .hasMessageContaining("the command is empty");
  }

  private RunOutput run(String script) throws IOException {
    var started = client.run(Ticker.APP, request(script));
    return new RunOutput(client.runOutput(started.run()));
  }

  private static Requests.Run request(String script) {
    return new Requests.Run(List.of("sh", "-c", script), Optional.empty());
  }

  private boolean isForgotten(String run) {
    try {
      client.runInput(run, InputStream.nullInputStream());
      return false;
    } catch (dev.stead.sdk.ProblemException e) {
      return e.problem().why().contains("there is no such run");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<LogLine> logs(LogQuery query) {
    var lines = new ArrayList<LogLine>();
    try {
      client.logs(Ticker.APP, query, lines::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  private static LogQuery query(Optional<String> grep, int lines) {
    return new LogQuery(
        false, Optional.empty(), Optional.empty(), Optional.empty(), grep, Optional.of(lines));
  }

  /// The requests that the agent has threads for, but for the one that asks.
  private int underWay() {
    try (var answer = home.http().send("GET", "/v1/metrics")) {
      var text = new String(answer.bytes(), StandardCharsets.UTF_8);
      var value = text.lines().filter(line -> line.startsWith("stead_api_requests ")).findFirst();
      return Integer.parseInt(value.orElseThrow().substring("stead_api_requests ".length())) - 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
