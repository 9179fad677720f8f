package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.cli.Terminal.Feature;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VolumesTest {
  private static final String RESTORE = "POST /v1/apps/cv/volumes/data/restore";

  @TempDir Path home;
  @TempDir Path directory;

  @Test
  void aVolumeIsReplacedOnlyWhenItsNameWasTyped() throws IOException {
    Files.writeString(directory.resolve("old.tar.gz"), "an archive");
    try (var agent = TestAgent.in(home)) {
      agent.on(
          "PUT /v1/apps/cv/volumes/data/incoming",
          (_, exchange) -> exchange.json(200, new Answers.Stored(0)));
      agent.on(RESTORE, new Answers.Started("cv-restore", Optional.empty()));
      agent.on("GET /v1/apps/cv/operations/cv-restore/events", (_, exchange) -> end(exchange));

      var wrong = call().with(Feature.PROMPTS).typing("date\n").run(restore());
      assertThat(wrong.err())
          .contains("restoring volume data of cv", "the name typed is another", "C-NOT-CONFIRMED");
      assertThat(call().run(restore()).err()).contains("nobody could be asked");
      assertThat(call().run(restore("--confirm", "date")).err()).contains("C-NOT-CONFIRMED");
      assertThat(agent.asked()).isEmpty();

      var right = call().with(Feature.PROMPTS).typing("data\n").run(restore());
      assertThat(right.exit()).as(right.err()).isZero();
      assertThat(right.out() + right.err())
          .contains("What volume data of cv holds will go. Type data to go on:");
      assertThat(agent.asked().getFirst().text()).contains("an archive");
      assertThat(call().run(restore("--confirm", "data")).exit()).isZero();
    }
  }

  private static String[] restore(String... more) {
    var restore = Stream.of("volumes", "restore", "data", "old.tar.gz", "--app", "cv");
    return Stream.concat(restore, Stream.of(more)).toArray(String[]::new);
  }

  private static void end(TestAgent.Exchange exchange) throws IOException {
    exchange.stream();
    exchange.line(new Event.Finished(Optional.of(1), List.of(), Optional.empty()));
  }

  private Call call() {
    return new Call(home, directory);
  }
}
