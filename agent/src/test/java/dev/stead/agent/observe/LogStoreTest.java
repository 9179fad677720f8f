package dev.stead.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogStoreTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00.25Z");
  private static final long BUDGET_BYTES = 2 << 20;
  private static final LogTags WEB = new LogTags("hello", 7, "web", "hello-web-1");
  private static final LogTags WORKER = new LogTags("hello", 7, "worker", "hello-worker-1");
  private static final LogTags NEXT = new LogTags("hello", 8, "web", "hello-web-2");
  private static final LogTags OTHER = new LogTags("other", 1, "web", "other-web-1");

  @TempDir Path directory;
  private LogStore store;

  @BeforeEach
  void open() {
    store = LogStore.open(directory, BUDGET_BYTES, () -> START);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aLineComesBackWithItsTags() throws Exception {
    store.append(WEB, START, "listening on  8080 ");
    store.append(OTHER, START, "elsewhere");

    assertThat(read(LogQuery.of("hello")))
        .containsExactly(new LogLine(START, WEB, "listening on  8080 "));
  }

  @Test
  void anAppWithoutLinesHasAnEmptyLog() throws Exception {
    assertThat(read(LogQuery.of("nobody"))).isEmpty();
    assertThat(directory.resolve("nobody")).doesNotExist();
  }

  @Test
  void anAppThatIsRemovedHasNoLogAndALaterOneOfItsNameBeginsAnew() throws Exception {
    store.append(WEB, START, "of the first");
    store.append(OTHER, START, "elsewhere");

    store.remove("hello");
    store.remove("nobody");

    assertThat(directory.resolve("hello")).doesNotExist();
    assertThat(read(LogQuery.of("hello"))).isEmpty();
    assertThat(texts(LogQuery.of("other"))).containsExactly("elsewhere");
    store.append(NEXT, START, "of the second");
    assertThat(texts(LogQuery.of("hello"))).containsExactly("of the second");
  }

  @Test
  void severalLinesAtOnceAreSeveralLines() throws Exception {
    store.append(WEB, START, "one\n\nthree");

    assertThat(texts(LogQuery.of("hello"))).containsExactly("one", "", "three");
  }

  @Test
  void everythingThatIsGivenMustMatch() throws Exception {
    store.append(WEB, START, "GET / 200");
    store.append(WORKER, START.plusSeconds(1), "GET /job 500");
    store.append(NEXT, START.plusSeconds(2), "GET / 500");
    store.append(NEXT, START.plusSeconds(3), "GET / 200");
    LogQuery all = LogQuery.of("hello");

    assertThat(texts(all.withRelease(7))).containsExactly("GET / 200", "GET /job 500");
    assertThat(texts(all.withProcess("worker"))).containsExactly("GET /job 500");
    assertThat(texts(all.withInstance("hello-web-2"))).containsExactly("GET / 500", "GET / 200");
    assertThat(texts(all.withSince(START.plusSeconds(2))))
        .containsExactly("GET / 500", "GET / 200");
    assertThat(texts(all.withGrep(Pattern.compile("5\\d\\d$"))))
        .containsExactly("GET /job 500", "GET / 500");
    assertThat(texts(all.withRelease(8).withGrep(Pattern.compile("500")))).hasSize(1);
    assertThat(texts(all.withProcess("web").withLast(2))).containsExactly("GET / 500", "GET / 200");
  }

  @Test
  void theLastLinesAreFoundAcrossSegments() throws Exception {
    int lines = 20_000;
    for (int i = 0; i < lines; i++) {
      store.append(i % 4 == 0 ? WORKER : WEB, START.plusMillis(i), "line " + i);
    }
    assertThat(segments("hello")).hasSizeGreaterThan(2);
    LogQuery all = LogQuery.of("hello");

    assertThat(texts(all.withLast(15_000)))
        .isEqualTo(IntStream.range(5_000, lines).mapToObj(i -> "line " + i).toList());
    assertThat(texts(all.withProcess("worker").withLast(2)))
        .containsExactly("line 19992", "line 19996");
    assertThat(texts(all.withGrep(Pattern.compile("^line 7$")).withLast(2)))
        .containsExactly("line 7");
    assertThat(texts(all.withSince(START.plusMillis(lines - 1)).withLast(9)))
        .containsExactly("line 19999");
    assertThat(texts(all.withSince(START.plusMillis(9_000)))).hasSize(11_000);
    assertThat(texts(all)).hasSize(lines);
  }

  @Test
  void allIsThereAfterReopening() throws Exception {
    store.append(WEB, START, "before");
    store.close();
    store = LogStore.open(directory, BUDGET_BYTES, () -> START);
    store.append(WEB, START, "after");

    assertThat(texts(LogQuery.of("hello"))).containsExactly("before", "after");
    assertThat(segments("hello")).hasSize(1);
  }

  @Test
  void aTornLastLineIsCutAndDamageIsSkipped() throws Exception {
    store.append(WEB, START, "one");
    store.close();
    Path segment = segments("hello").getFirst();
    Files.writeString(
        segment, "\0\0\0 damaged\nnot an instant 7 web x\n", StandardOpenOption.APPEND);
    Files.writeString(
        segment, "2026-03-01T12:00:00Z 7 web hello-web-1 to", StandardOpenOption.APPEND);

    store = LogStore.open(directory, BUDGET_BYTES, () -> START);
    store.append(WEB, START, "two");

    assertThat(texts(LogQuery.of("hello"))).containsExactly("one", "two");
  }

  @Test
  void aSegmentThatWasDeletedFromOutsideIsNoHindrance() throws Exception {
    store.append(WEB, START, "one");
    Files.delete(segments("hello").getFirst());
    store.append(WEB, START, "two");

    assertThat(texts(LogQuery.of("hello"))).hasSize(2).last().isEqualTo("two");
    assertThat(texts(LogQuery.of("hello")).getFirst()).contains("bytes of the log are gone");
  }

  @Test
  void aHugeLineBecomesSeveralOfWholeCharacters() throws Exception {
    String huge = "x" + "ü€😀".repeat(30_000);
    store.append(WEB, START, huge + "\nshort");

    List<String> texts = texts(LogQuery.of("hello"));
    assertThat(texts.getLast()).isEqualTo("short");
    List<String> pieces = texts.subList(0, texts.size() - 1);
    assertThat(String.join("", pieces)).isEqualTo(huge);
    assertThat(pieces)
        .hasSize(11)
        .allMatch(
            piece -> piece.getBytes(StandardCharsets.UTF_8).length <= LineFormat.TEXT_BYTES_MAX);
  }

  @Test
  void theOldestSegmentsOfAllAppsGoFirst() throws Exception {
    store.append(OTHER, START, "quiet");
    String kilobyte = "k".repeat(1_000);
    int lines = 4_000;
    for (int i = 0; i < lines; i++) {
      store.append(WEB, START.plusMillis(i), i + " " + kilobyte);
      assertThat(store.bytes()).isLessThanOrEqualTo(BUDGET_BYTES);
    }

    assertThat(store.bytes()).isGreaterThan(BUDGET_BYTES / 2).isEqualTo(bytesOnDisk());
    assertThat(texts(LogQuery.of("other"))).containsExactly("quiet");
    List<String> left = texts(LogQuery.of("hello"));
    assertThat(left.getLast()).startsWith((lines - 1) + " ");
    assertThat(left.getFirst()).startsWith((lines - left.size()) + " ");

    store.close();
    store = LogStore.open(directory, LogStore.BUDGET_BYTES_MIN, () -> START);
    assertThat(bytesOnDisk()).isLessThanOrEqualTo(LogStore.BUDGET_BYTES_MIN);
    assertThat(texts(LogQuery.of("other"))).containsExactly("quiet");
    assertThat(texts(LogQuery.of("hello")).getLast()).startsWith((lines - 1) + " ");
  }

  @Test
  void linesOfSeveralThreadsDoNotMix() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      LogTags tags = new LogTags("hello", writer, "web", "w-" + writer);
      threads.add(
          Thread.ofVirtual()
              .name("writer")
              .start(
                  () -> IntStream.range(0, 500).forEach(i -> store.append(tags, START, "n" + i))));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    for (int writer = 0; writer < 4; writer++) {
      assertThat(texts(LogQuery.of("hello").withRelease(writer)))
          .isEqualTo(IntStream.range(0, 500).mapToObj(i -> "n" + i).toList());
    }
  }

  @Test
  void whatMakesNoSenseIsRefusedByName() throws Exception {
    assertThatThrownBy(() -> new LogTags("../x", 1, "web", "i"))
        .hasMessageContaining("'../x' cannot tag a log");
    assertThatThrownBy(() -> LogQuery.of("hello").withLast(0))
        .hasMessageContaining("the last 0 lines");
    assertThatThrownBy(() -> LogStore.open(directory, 5, () -> START))
        .hasMessageContaining("it must be at least 1048576");
    store.append(WEB, START, "ab".repeat(30_000));
    assertThatThrownBy(() -> texts(LogQuery.of("hello").withGrep(Pattern.compile("(a|b)*c"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs too much stack");
    store.close();
    assertThatThrownBy(() -> store.append(WEB, START, "late"))
        .hasMessage("the log store is closed");
  }

  @Test
  void theTailOfAnOutputIsItsLastWholeLines() throws Exception {
    Path output = directory.resolve("output");
    assertThat(OutputTail.last(output, 3)).isEmpty();
    Files.writeString(output, "one\ntwo\nthree\nunfinished");
    assertThat(OutputTail.last(output, 2)).containsExactly("three", "unfinished");
    Files.writeString(output, "x".repeat(100_000) + "\nlast\n");
    assertThat(OutputTail.last(output, 20)).containsExactly("last");
  }

  private List<LogLine> read(LogQuery query) throws InterruptedException {
    List<LogLine> lines = new ArrayList<>();
    try (LogCursor cursor = store.query(query)) {
      Optional<LogLine> line = cursor.next();
      while (line.isPresent()) {
        lines.add(line.orElseThrow());
        line = cursor.next();
      }
    }
    return lines;
  }

  private List<String> texts(LogQuery query) throws InterruptedException {
    return read(query).stream().map(LogLine::text).toList();
  }

  private List<Path> segments(String app) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(app))) {
      return files.sorted().toList();
    }
  }

  private long bytesOnDisk() throws IOException {
    long bytes = 0;
    for (Path segment : segments("hello")) {
      bytes += Files.size(segment);
    }
    for (Path segment : segments("other")) {
      bytes += Files.size(segment);
    }
    return bytes;
  }
}
