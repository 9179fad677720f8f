package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventLogTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"\0\0\0", "{\"type\":\"no", "\0\0\n{\"type\":\"note\"}\n"})
  void whatAPowerCutOrADeathToreIsNotReadAndIsCutOff(String torn) throws IOException {
    var file = directory.resolve("shop-1.ndjson");
    var log = EventLog.open(file);
    log.note("before");
    log.abandon();
    Files.writeString(file, torn, StandardOpenOption.APPEND);

    assertThat(EventLog.finished(file)).isFalse();
    assertThat(read(file)).containsExactly(new Event.Note("before"));
    var next = EventLog.open(file);
    next.note("after");
    next.abandon();
    assertThat(read(file)).containsExactly(new Event.Note("before"), new Event.Note("after"));
  }

  @Test
  void aLogOfNothingButNulsIsEmpty() throws IOException {
    var file = directory.resolve("shop-2.ndjson");
    Files.write(file, new byte[4096]);
    assertThat(EventLog.finished(file)).isFalse();
    assertThat(read(file)).isEmpty();
  }

  private static List<Event> read(Path file) {
    var events = new ArrayList<Event>();
    EventLog.replay(file, 0, events::add);
    return events;
  }
}
