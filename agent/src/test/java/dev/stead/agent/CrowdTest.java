package dev.stead.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.StoreRequests.At;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// As many clients as the API serves at once, who all come in the same moment, each with a
/// connection of its own.
final class CrowdTest {
  private static final int CLIENTS = 256;

  private final OwnAgent agent = new OwnAgent();

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void everyWriterOfACrowdIsServed() throws Exception {
    var revisions = all(number -> agent.put("crowd/" + number, "by " + number));
    assertThat(new TreeSet<>(revisions)).hasSize(CLIENTS);

    var read = all(number -> text("crowd/" + number));
    for (var number = 0; number < CLIENTS; number++) {
      assertThat(read.get(number)).isEqualTo("by " + number);
    }
    assertThat(agent.store().check().violations()).isEmpty();
  }

  private interface Request<T> {
    T send(int client) throws IOException;
  }

  private static <T> List<T> all(Request<T> request)
      throws InterruptedException, ExecutionException {
    var clients = new ArrayList<Callable<T>>();
    for (var i = 0; i < CLIENTS; i++) {
      var number = i;
      clients.add(() -> request.send(number));
    }
    var answers = new ArrayList<T>();
    try (var threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("client").factory())) {
      for (Future<T> answer : threads.invokeAll(clients)) {
        answers.add(answer.get());
      }
    }
    return answers;
  }

  private String text(String key) throws IOException {
    var value = agent.store().get(At.now(), key).orElseThrow();
    return UTF_8.decode(value.bytes()).toString();
  }
}
