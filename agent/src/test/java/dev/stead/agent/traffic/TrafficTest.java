package dev.stead.agent.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stead.sdk.Traffic.ReleaseTraffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrafficTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final EdgeSaying edge = new EdgeSaying("one");
  private final Clock clock = new Clock();

  @TempDir private Path directory;
  private Traffic traffic;

  private static final class Clock implements InstantSource {
    Instant now = START;

    @Override
    public Instant instant() {
      return now;
    }
  }

  @BeforeEach
  void open() throws IOException {
    traffic = Traffic.open(directory, clock);
  }

  private void look(EdgeSaying... edges) {
    traffic.take(Stream.of(edges).map(EdgeSaying::report).toList());
  }

  private void pass(Duration time) {
    clock.now = clock.now.plus(time);
  }

  /// A request each second for so long.
  private void serveFor(Duration time) {
    for (var second = 0; second < time.toSeconds(); second++) {
      look(edge.serves("cv", 1, 1));
      pass(SECOND);
    }
  }

  /// As a killed agent leaves it.
  private void kill() throws IOException {
    traffic = Traffic.open(directory, clock);
  }

  private List<ReleaseTraffic> since(Duration since) throws IOException {
    return traffic.since(since, Optional.empty()).releases();
  }

  private ReleaseTraffic cv(Duration since) throws IOException {
    return since(since).stream().filter(each -> each.app().equals("cv")).findFirst().orElseThrow();
  }

  @Test
  void whatWasServedIsSaidOfEachRelease() throws IOException {
    edge.serves("cv", 1, "2xx", 90, Duration.ofMillis(5));
    edge.serves("cv", 1, "2xx", 8, Duration.ofMillis(50));
    edge.serves("cv", 1, "5xx", 2, Duration.ofMillis(500));
    edge.serves("cv", 1, "aborted", 50, Duration.ofSeconds(30));
    edge.serves("cv", 2, "2xx", 1, Duration.ofMillis(1));
    edge.serves("", 0, "4xx", 3, Duration.ZERO);
    look(edge.hasOpen("cv", 1, 4, 2));
    pass(Duration.ofSeconds(10));

    var answer = traffic.since(Duration.ofMinutes(1), Optional.empty());
    assertThat(answer.from()).isEqualTo(START);
    assertThat(answer.to()).isEqualTo(START.plusSeconds(10));
    var cv = answer.releases().get(1);
    assertThat(cv.requests()).isEqualTo(150);
    assertThat(cv.perSecond()).isEqualTo(15);
    assertThat(cv.outcomes()).isEqualTo(Map.of("2xx", 98L, "5xx", 2L, "aborted", 50L));
    assertThat(List.of(cv.inFlight(), cv.streams())).isEqualTo(List.of(4, 2));
    assertThat(List.of(cv.bytesIn(), cv.bytesOut())).isEqualTo(List.of(150L, 15_000L));
    var latency = cv.latency().orElseThrow();
    assertThat(latency.p50Micros()).isCloseTo(5_000, within(5_000 / 16L));
    assertThat(latency.p95Micros()).isCloseTo(50_000, within(50_000 / 16L));
    assertThat(latency.p99Micros()).isCloseTo(500_000, within(500_000 / 16L));
    assertThat(answer.releases())
        .extracting(each -> each.app() + " " + each.release())
        .containsExactly("- 0", "cv 1", "cv 2");
    assertThat(traffic.since(SECOND, Optional.of("cv")).releases()).hasSize(2);
  }

  @Test
  void theLastMinutesAreSaidInPiecesOfTenSeconds() throws IOException {
    serveFor(Duration.ofMinutes(12));
    var answer = traffic.since(Duration.ofMinutes(5), Optional.empty());
    assertThat(answer.step()).isEqualTo(RecentTraffic.PIECE);
    assertThat(answer.releases().getFirst().points())
        .hasSize(30)
        .allSatisfy(point -> assertThat(point).isEqualTo(10));
    assertThat(answer.releases().getFirst().perSecond()).isEqualTo(1);
  }

  @Test
  void anHourIsSaidInMinutesFromTheDisk() throws IOException {
    serveFor(Duration.ofMinutes(90));
    var hour = traffic.since(Duration.ofHours(1), Optional.empty());
    assertThat(hour.step()).isEqualTo(Duration.ofMinutes(2));
    assertThat(hour.releases().getFirst().requests()).isEqualTo(3_600);
    assertThat(hour.releases().getFirst().points()).hasSize(30).containsOnly(120L);
  }

  @Test
  void aKilledAgentsSuccessorKnowsEveryRequest() throws IOException {
    serveFor(Duration.ofSeconds(100));
    kill();
    edge.serves("cv", 1, 7);
    pass(Duration.ofSeconds(20));
    look(edge);
    assertThat(cv(Duration.ofHours(1)).requests()).isEqualTo(107);
    pass(Duration.ofMinutes(3));
    look(edge.serves("cv", 1, 1));
    kill();
    look(edge);
    assertThat(cv(Duration.ofHours(1)).requests()).isEqualTo(108);
  }

  @Test
  void anAgentThatEndsKeepsTheMinuteUnderWayAndIsNotCountedTwice() throws IOException {
    serveFor(Duration.ofSeconds(30));
    traffic.close();
    kill();
    serveFor(Duration.ofSeconds(100));
    assertThat(cv(Duration.ofHours(1)).requests()).isEqualTo(130);
  }

  @Test
  void twoEdgesAtOnceAndOneThatBeginsAnewAreAddedUp() throws IOException {
    var two = new EdgeSaying("two");
    look(edge.serves("cv", 1, 10));
    pass(SECOND);
    look(
        edge.serves("cv", 1, 5).hasOpen("cv", 1, 3, 0),
        two.serves("cv", 1, 2).hasOpen("cv", 1, 1, 1));
    assertThat(cv(Duration.ofMinutes(1)).requests()).isEqualTo(17);
    assertThat(cv(Duration.ofMinutes(1)).inFlight()).isEqualTo(4);
    pass(SECOND);
    look(two.serves("cv", 1, 1));
    pass(SECOND);
    look(new EdgeSaying("two, started again").serves("cv", 1, 4), edge);
    assertThat(cv(Duration.ofMinutes(1)).requests()).isEqualTo(22);
  }

  @Test
  void aReleaseThatTheEdgeForgotAndBeganAnewIsCountedFromZero() throws IOException {
    look(edge.serves("cv", 1, 10));
    edge.forgets("cv", 1);
    pass(Duration.ofMinutes(11));
    look(edge.serves("cv", 1, 3));
    assertThat(cv(Duration.ofHours(1)).requests()).isEqualTo(13);
  }

  @Test
  void daysAreSaidInQuartersAndAgreeWithTheMinutes() throws IOException {
    for (var passed = 0; passed < Duration.ofDays(3).toMinutes(); passed += 5) {
      look(edge.serves("cv", 1, 2));
      pass(Duration.ofMinutes(5));
    }
    assertThat(cv(Duration.ofDays(14)).requests()).isEqualTo(2 * 3 * 24 * 12);
    assertThat(cv(Duration.ofHours(40)).requests()).isEqualTo(2 * 40 * 12);
    assertThat(files("minutes")).hasSizeBetween(48, 51);
    kill();
    look(edge);
    assertThat(cv(Duration.ofDays(14)).requests()).isEqualTo(2 * 3 * 24 * 12);
  }

  private List<Path> files(String of) throws IOException {
    try (var files = Files.list(directory.resolve(of))) {
      return files.sorted(Comparator.comparing(Path::toString)).toList();
    }
  }

  @Test
  void whatIsOlderThanAFortnightGoes() throws IOException {
    for (var day = 0; day < 20; day++) {
      for (var visit = 0; visit < 4; visit++) {
        look(edge.serves("cv", 1, 1));
        pass(Duration.ofHours(6));
      }
    }
    assertThat(files("quarters")).hasSizeBetween(14, 16);
    assertThat(cv(Duration.ofDays(14)).requests()).isCloseTo(14 * 4, within(1L));
    assertThatThrownBy(() -> since(Duration.ofDays(15)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("since");
  }

  @Test
  void theBudgetOfTheDiskHoldsHoweverManyAppsThereAre() throws IOException {
    var span = new StretchLog.Span(Duration.ofHours(1), Duration.ofDays(2), 300_000);
    var log = StretchLog.open(directory.resolve("small"), span);
    for (var minute = 0; minute < 300; minute++) {
      for (var app = 0; app < 10; app++) {
        edge.serves("app-" + app, 1, 1);
      }
      log.append(new Stretch(START.plusSeconds(60L * minute), edge.report().releases()));
    }
    var bytes = 0L;
    for (var file : files("small")) {
      bytes += Files.size(file);
    }
    assertThat(files("small")).hasSizeGreaterThan(1);
    assertThat(bytes).isLessThanOrEqualTo(300_000);
  }

  @Test
  void aTornLineIsCutOffAndTheRestIsRead() throws IOException {
    serveFor(Duration.ofMinutes(3));
    traffic.close();
    Files.writeString(
        files("minutes").getLast(), "{\"from\":\"2026-03-01T12:0", StandardOpenOption.APPEND);
    Files.writeString(directory.resolve("baselines.json"), "\0\0");
    kill();
    edge.forgets("cv", 1);
    serveFor(Duration.ofMinutes(2));
    assertThat(cv(Duration.ofHours(1)).requests()).isEqualTo(300);
    assertThat(Files.readString(files("minutes").getLast())).doesNotContain("12:0{");
  }

  @Test
  void whenTheDiskRefusesNothingIsLostUntilItTakesTheMinute() throws IOException {
    serveFor(Duration.ofSeconds(30));
    var blocked = directory.resolve("baselines.json.new");
    Files.createDirectories(blocked.resolve("in the way"));
    serveFor(Duration.ofSeconds(60));
    assertThat(cv(Duration.ofHours(1)).requests()).isEqualTo(90);
    Files.delete(blocked.resolve("in the way"));
    Files.delete(blocked);
    serveFor(Duration.ofSeconds(60));
    assertThat(cv(Duration.ofHours(1)).requests()).isEqualTo(150);
    kill();
    look(edge);
    assertThat(cv(Duration.ofHours(1)).requests()).isEqualTo(150);
  }

  @Test
  void memoryIsBoundedWhereThereAreManyApps() {
    var recent = new RecentTraffic(START);
    for (var piece = 0; piece < 60; piece++) {
      for (var app = 0; app < 500; app++) {
        edge.serves("app-" + app, 1, 1);
      }
      recent.add(edge.report().releases(), START.plusSeconds(10L * piece));
    }
    var kept = new ArrayList<Stretch>(recent.since(START));
    assertThat(kept.stream().mapToInt(piece -> piece.releases().size()).sum())
        .isLessThanOrEqualTo(RecentTraffic.RELEASES_MAX + 500);
    assertThat(recent.covers(START.plusSeconds(20))).isFalse();
    assertThat(recent.covers(START.plusSeconds(590))).isTrue();
  }
}
