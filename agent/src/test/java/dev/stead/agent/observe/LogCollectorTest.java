package dev.stead.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LogCollectorTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long BUDGET_BYTES = 64 << 20;
  private static final LogTags WEB = new LogTags("hello", 7, "web", "hello-web-1");
  private static final LogQuery ALL = LogQuery.of("hello");

  @TempDir Path directory;
  private Path output;
  private LogStore store;
  private LogCollector collector;

  @BeforeEach
  void open() {
    output = directory.resolve("output");
    store = LogStore.open(directory.resolve("logs"), BUDGET_BYTES, () -> START);
    collector = LogCollector.start(store, () -> START);
  }

  @AfterEach
  void close() {
    collector.close();
    collector.close();
    store.close();
  }

  @Test
  void whatAProcessPrintsIsFollowedLineByLine() throws Exception {
    collector.watch(output, WEB);
    Process process = printing("for i in 1 2 3; do echo \"line $i\"; done; printf 'no end'");
    try (LogCursor cursor = store.follow(ALL)) {
      assertThat(cursor.next()).contains(new LogLine(START, WEB, "line 1"));
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("line 2");
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("line 3");
    }
    assertThat(process.waitFor()).isZero();

    collector.unwatch(output);
    assertThat(texts()).containsExactly("line 1", "line 2", "line 3", "no end");
  }

  @Test
  void theNextAgentGoesOnWhereTheLastOneEnded() throws Exception {
    int lines = 30_000;
    Process process = printing("i=0; while [ $i -lt " + lines + " ]; do echo $i; i=$((i+1)); done");
    while (process.isAlive()) {
      collector.watch(output, WEB);
      awaitGrowth(process);
      collector.close();
      store.close();
      open();
    }
    collector.watch(output, WEB);
    collector.unwatch(output);

    assertThat(texts()).isEqualTo(IntStream.range(0, lines).mapToObj(Integer::toString).toList());
  }

  private void awaitGrowth(Process process) throws Exception {
    try (LogCursor cursor = store.follow(ALL.withLast(1))) {
      for (int i = 0; i < 500 && process.isAlive(); i++) {
        cursor.next();
      }
    }
  }

  @Test
  void charactersThatArriveInPiecesStayWhole() throws Exception {
    collector.watch(output, WEB);
    byte[] euro = "1 €\n".getBytes(StandardCharsets.UTF_8);
    try (LogCursor cursor = store.follow(ALL);
        OutputStream out = appending()) {
      out.write("0\n".getBytes(StandardCharsets.UTF_8));
      out.write(euro, 0, 3);
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("0");
      out.write(euro, 3, euro.length - 3);
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("1 €");
      out.write(new byte[] {'2', ' ', (byte) 0xff, '\r', '\n'});
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("2 \ufffd");
    }
  }

  @Test
  void aLineWithoutEndComesInPieces() throws Exception {
    String huge = "€".repeat(200_000);
    Files.writeString(output, huge + "\nshort\n");
    collector.watch(output, WEB);
    collector.unwatch(output);

    List<String> texts = texts();
    assertThat(texts.getLast()).isEqualTo("short");
    assertThat(String.join("", texts.subList(0, texts.size() - 1))).isEqualTo(huge);
  }

  @Test
  void aTruncatedFileIsTakenFromItsStart() throws Exception {
    Files.writeString(output, "a long first line\n");
    collector.watch(output, WEB);
    try (LogCursor cursor = store.follow(ALL)) {
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("a long first line");
      Files.writeString(output, "new\n");
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("new");
    }
  }

  @Test
  void aLostOffsetDoublesLinesButLosesNone() throws Exception {
    Files.writeString(output, "one\n");
    collector.watch(output, WEB);
    collector.unwatch(output);
    Files.writeString(directory.resolve("output.offset"), "000torn");
    collector.watch(output, WEB);
    collector.unwatch(output);

    assertThat(texts()).containsExactly("one", "one");
  }

  @Test
  void whatWasTakenIsGivenBackToTheDiskWhileTheWriterGoesOn() throws Exception {
    int mebibytes = 24;
    collector.watch(output, WEB);
    Process process =
        printing(
            "i=0; while [ $i -lt "
                + mebibytes
                + " ]; do head -c 1048575 /dev/zero | tr '\\0' x; echo; i=$((i+1)); done;"
                + " read wait; echo after; read wait");
    try (LogCursor cursor = store.follow(ALL)) {
      long taken = 0;
      while (taken < mebibytes * (1L << 20) - mebibytes) {
        taken += cursor.next().orElseThrow().text().length();
      }
      long size = Files.size(output);
      assertThat(size).isEqualTo(mebibytes * (1L << 20));

      assertThat(process.isAlive()).isTrue();
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("after");
      assertThat(Files.size(output)).isEqualTo(size + "after\n".length());
      assertThat(allocatedBytes()).isLessThan(size / 2);
      assertThat(OutputTail.last(output, 1)).containsExactly("after");
    } finally {
      process.destroyForcibly();
    }

    // An offset that is lost makes nothing of the hole.
    Files.delete(directory.resolve("output.offset"));
    collector.unwatch(output);
    collector.watch(output, WEB);
    collector.unwatch(output);
    assertThat(texts()).noneMatch(text -> text.indexOf(0) >= 0);
  }

  @Test
  void linesWaitInTheirFileWhileTheStoreRefuses() throws Exception {
    Path logs = directory.resolve("logs");
    Files.delete(logs);
    Files.writeString(logs, "in the way");
    Files.writeString(output, "one\n");
    collector.watch(output, WEB);
    collector.watch(directory.resolve("absent"), WEB);
    collector.unwatch(directory.resolve("absent"));
    assertThat(directory.resolve("output.offset")).doesNotExist();

    Files.delete(logs);
    try (LogCursor cursor = store.follow(ALL)) {
      assertThat(cursor.next().orElseThrow().text()).isEqualTo("one");
    }
  }

  @Test
  void whatWasPrintedBeforeClosingIsTaken() throws Exception {
    Files.writeString(output, "one\n");
    collector.watch(output, WEB);
    collector.close();
    assertThat(texts()).containsExactly("one");
  }

  /// A process that appends to the output as an instance does.
  private Process printing(String script) throws IOException {
    return new ProcessBuilder("sh", "-c", script)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private OutputStream appending() throws IOException {
    return Files.newOutputStream(output, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private long allocatedBytes() throws IOException, InterruptedException {
    Process stat = new ProcessBuilder("stat", "-c", "%b %B", output.toString()).start();
    String said = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    String[] words = said.strip().split(" ", 2);
    assertThat(stat.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return Long.parseLong(words[0]) * Long.parseLong(words[1]);
  }

  private List<String> texts() throws InterruptedException {
    List<String> texts = new ArrayList<>();
    try (LogCursor cursor = store.query(ALL)) {
      Optional<LogLine> line = cursor.next();
      while (line.isPresent()) {
        texts.add(line.orElseThrow().text());
        line = cursor.next();
      }
    }
    return texts;
  }
}
