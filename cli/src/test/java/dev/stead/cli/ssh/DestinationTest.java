package dev.stead.cli.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DestinationTest {
  @Test
  void namesAServerAsSshTakesIt() {
    for (var text :
        List.of("shop", "root@203.0.113.5", "ada@shop.example.com", "root@2001:db8::1")) {
      var destination = new Destination(text);
      assertThat(destination.user().map(user -> user + "@").orElse("") + destination.host())
          .isEqualTo(text);
    }
  }

  @Test
  void refusesWhatSshWouldTakeForSomethingElse() {
    for (var text : List.of("", "-oX=x", "root@-oX", "a b", "root@", "@shop", "a;b", "a@b@c")) {
      assertThatThrownBy(() -> new Destination(text))
          .as(text)
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("C-USAGE");
    }
  }
}
