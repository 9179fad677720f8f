package dev.stead.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LogFollowTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final LogTags WEB = new LogTags("hello", 7, "web", "hello-web-1");

  @TempDir Path directory;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("follower").factory());
  private LogStore store;

  @BeforeEach
  void open() {
    store = LogStore.open(directory, LogStore.BUDGET_BYTES_MIN, () -> START);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
    threads.shutdown();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aFollowerSeesWhatIsThereAndWhatComesWithoutGapOrDouble() throws Exception {
    int lines = 8_000;
    CompletableFuture<Void> underWay = new CompletableFuture<>();
    Future<?> writing =
        threads.submit(
            () -> {
              for (int i = 0; i < lines; i++) {
                store.append(WEB, START, Integer.toString(i));
                if (i == lines / 4) {
                  underWay.complete(null);
                }
              }
            });
    underWay.get();

    try (LogCursor cursor = store.follow(LogQuery.of("hello"))) {
      for (int i = 0; i < lines; i++) {
        assertThat(cursor.next().orElseThrow().text()).isEqualTo(Integer.toString(i));
      }
    }
    writing.get();
  }

  @Test
  void aFollowerMayBeginWithTheLastLines() throws Exception {
    store.append(WEB, START, "one\ntwo\nthree");
    Pattern e = Pattern.compile("e");
    try (LogCursor cursor = store.follow(LogQuery.of("hello").withLast(1).withGrep(e))) {
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("three");
      store.append(WEB, START, "four\nfive");
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("five");
    }
  }

  @Test
  void aFollowerOfAnAppWithoutLinesWaitsForTheFirst() throws Exception {
    try (LogCursor cursor = store.follow(LogQuery.of("hello"))) {
      Future<Optional<LogLine>> first = threads.submit(cursor::next);
      store.append(WEB, START, "hello");
      assertThat(first.get().orElseThrow().text()).isEqualTo("hello");
    }
  }

  @Test
  void closingTheCursorEndsTheWait() throws Exception {
    LogCursor cursor = store.follow(LogQuery.of("hello"));
    FutureTask<Optional<LogLine>> next = waiting(cursor);
    cursor.close();
    cursor.close();
    assertThat(next.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(cursor.next()).isEmpty();
  }

  @Test
  void closingTheStoreEndsTheWait() throws Exception {
    try (LogCursor cursor = store.follow(LogQuery.of("hello"))) {
      FutureTask<Optional<LogLine>> next = waiting(cursor);
      store.close();
      assertThat(next.get(10, TimeUnit.SECONDS)).isEmpty();
    }
  }

  /// A reader that waits for a line.
  private static FutureTask<Optional<LogLine>> waiting(LogCursor cursor) {
    FutureTask<Optional<LogLine>> next = new FutureTask<>(cursor::next);
    Thread thread = Thread.ofVirtual().name("follower").start(next);
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return next;
  }

  @Test
  void aFollowerThatFallsBehindTheBudgetIsToldWhatItMissed() throws Exception {
    String kilobyte = "k".repeat(1_000);
    try (LogCursor cursor = store.follow(LogQuery.of("hello"))) {
      store.append(WEB, START, "first");
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("first");
      int lines = 3_000;
      for (int i = 0; i < lines; i++) {
        store.append(WEB, START.plusMillis(i), i + " " + kilobyte);
      }

      List<String> seen = new ArrayList<>();
      while (seen.isEmpty() || !seen.getLast().startsWith((lines - 1) + " ")) {
        seen.add(cursor.next().orElseThrow().text());
      }
      assertThat(seen.stream().filter(text -> text.contains("bytes of the log are gone")))
          .hasSize(1);
      assertThat(seen).hasSizeLessThan(lines / 2);
    }
  }
}
