package dev.stead.agent;

import static dev.stead.agent.OwnAgent.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Problem;
import dev.stead.sdk.StoreClient;
import dev.stead.sdk.StoreClient.Target;
import dev.stead.sdk.StoreRequests.At;
import dev.stead.sdk.StoreRequests.Expected;
import dev.stead.sdk.StoreRequests.Page;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the store's API reads in paths and parameters, and what it refuses there.
final class StoreQueryTest {
  private final OwnAgent agent = new OwnAgent();

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void aPathWithEscapesThatAreNoTextIsRefusedByName() throws IOException {
    for (var key : List.of("%FF", "a%C3", "%ED%A0%80")) {
      for (var method : List.of("PUT", "GET", "DELETE")) {
        assertThat(badRequest(method, "/v1/store/keys/" + key))
            .isEqualTo("'%s' has escapes that are no UTF-8".formatted(key));
      }
    }
    assertThat(badRequest("DELETE", "/v1/store/branches/%FF")).startsWith("'%FF' has escapes");
    agent.put("\uFFFD", "1");
    assertThat(store().get(At.now(), "\uFFFD")).isPresent();
  }

  @Test
  void aPlusInAPathIsItselfBesideEscapesAndAlone() throws IOException {
    for (var key : List.of("a+b", "a%20+b")) {
      agent.http().send("PUT", "/v1/store/keys/" + key, utf8("1"), "text/plain").close();
    }
    assertThat(store().get(At.now(), "a+b")).isPresent();
    assertThat(store().get(At.now(), "a +b")).isPresent();
  }

  @Test
  void aParameterWithEscapesThatAreNoTextIsRefusedByName() throws IOException {
    agent.put("\uFFFD", "1");
    for (var escapes : List.of("%FF", "%EF%BF", "%ED%A0%80", "a%C3b")) {
      assertThat(badRequest("GET", "/v1/store/keys?prefix=" + escapes))
          .isEqualTo("parameter prefix has escapes that are no UTF-8");
      assertThat(badRequest("PUT", "/v1/store/keys/a?message=" + escapes))
          .isEqualTo("parameter message has escapes that are no UTF-8");
    }
    assertThat(badRequest("GET", "/v1/store/keys?prefix=%zz")).contains("%zz");
    assertThat(store().list(At.now(), "\uFFFD", Page.first()).keys()).hasSize(1);
    var message = Optional.of("für + 100 % ☃");
    store()
        .put(
            new Target(Optional.empty(), "a", Expected.anything(), message),
            "text/plain",
            utf8("1"));
    assertThat(store().versions(At.now(), "a", Optional.empty()).changes().getFirst().message())
        .isEqualTo("für + 100 % ☃");
  }

  @Test
  void aNumberThatIsNoneOfOursIsRefusedByName() throws IOException {
    for (var number : List.of("4294967295", "2147483648", "-1", "1x", "")) {
      assertThat(badRequest("GET", "/v1/store/history?limit=" + number))
          .isEqualTo("parameter limit must be a number from 0, not '%s'".formatted(number));
    }
    for (var number : List.of("9223372036854775807", "18446744073709551615", "-1")) {
      assertThat(badRequest("GET", "/v1/store/watch?after=" + number))
          .isEqualTo("parameter after must be a number from 0, not '%s'".formatted(number));
    }
  }

  private String badRequest(String method, String path) throws IOException {
    try (var answer = agent.http().send(method, path, new byte[0], "text/plain")) {
      assertThat(answer.status()).as(path).isEqualTo(400);
      return Wire.read(answer.bytes(), Problem.class).why();
    }
  }

  private StoreClient store() {
    return agent.store();
  }
}
