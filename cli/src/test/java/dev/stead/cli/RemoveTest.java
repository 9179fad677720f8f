package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.cli.Terminal.Feature;
import dev.stead.sdk.Answers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RemoveTest {
  private static final String REMOVE = "DELETE /v1/apps/staging.cv";

  @TempDir Path home;
  @TempDir Path directory;

  @Test
  void anAppIsRemovedWhenItsNameIsSaidOnceMore() throws IOException {
    try (var agent = TestAgent.in(home)) {
      agent.on(REMOVE, (_, exchange) -> exchange.json(200, new Answers.Environments(List.of())));

      var unsure = call().run("remove", "staging.cv");
      assertThat(unsure.exit()).isEqualTo(1);
      assertThat(unsure.err()).contains("C-NOT-CONFIRMED", "removing staging.cv");
      assertThat(call().run("remove", "staging.cv", "--confirm", "cv").err())
          .contains("the name typed is another");
      assertThat(agent.asked(REMOVE)).isEmpty();

      var typed = call().with(Feature.PROMPTS).typing("staging.cv\n").run("remove", "staging.cv");
      assertThat(typed.out()).contains("what its volumes hold stays");
      var all =
          call().run("remove", "cv", "--env", "staging", "--with-data", "--confirm", "staging.cv");
      assertThat(all.out()).contains("is removed with its volumes");
      assertThat(agent.asked(REMOVE))
          .extracting("target")
          .containsExactly(REMOVE, REMOVE + "?volumes=true");
    }
  }

  private Call call() {
    return new Call(home, directory);
  }
}
