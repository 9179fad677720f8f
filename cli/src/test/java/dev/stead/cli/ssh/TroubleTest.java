package dev.stead.cli.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.stead.sdk.Code;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What OpenSSH says is told apart; its words are those of versions 8.4 to 10.
final class TroubleTest {
  private static final Destination SERVER = new Destination("ada@shop");

  private static final List<List<String>> MESSAGES =
      List.of(
          List.of("C-SSH-HOST-KEY-UNKNOWN", "Host key verification failed."),
          List.of(
              "C-SSH-HOST-KEY-UNKNOWN",
              "No ED25519 host key is known for shop and you have requested strict checking."),
          List.of("C-SSH-AUTH", "ada@shop: Permission denied (publickey,password)."),
          List.of("C-SSH-AUTH", "Received disconnect: Too many authentication failures"),
          List.of(
              "C-SSH-UNKNOWN-HOST",
              "ssh: Could not resolve hostname shop: Name or service not known"),
          List.of("C-SSH-REFUSED", "ssh: connect to host shop port 22: Connection refused"),
          List.of("C-SSH-TIMEOUT", "ssh: connect to host shop port 22: Connection timed out"),
          List.of("C-SSH-TIMEOUT", "Connection timed out during banner exchange"),
          List.of("C-SSH-NO-ROUTE", "ssh: connect to host shop port 22: No route to host"),
          List.of("C-SSH-FAILED", "kex_exchange_identification: Connection closed by remote host"));

  @TestFactory
  Stream<DynamicTest> eachMessageHasItsCode() {
    return MESSAGES.stream()
        .map(row -> dynamicTest(row.getLast(), () -> said(row.getFirst(), row.getLast())));
  }

  private static void said(String code, String message) {
    var problem = Trouble.connecting(SERVER, List.of("", message));
    assertThat(problem.code()).isEqualTo(code);
    assertThat(problem.why()).contains(message);
    assertThat(problem.fix()).doesNotContain("HOST");
  }

  @Test
  void aChangedHostKeyIsNotTakenForAnUnknownOneAndKeepsTheCommandThatRemovesIt() {
    var problem =
        Trouble.connecting(
            SERVER,
            List.of(
                "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
                "  ssh-keygen -f \"/Users/ada/.ssh/known_hosts\" -R \"shop\"",
                "Host key verification failed."));
    assertThat(problem.code()).isEqualTo(Code.SSH_HOST_KEY_CHANGED.id());
    assertThat(problem.details()).anyMatch(line -> line.contains("ssh-keygen"));
  }

  @Test
  void whatIsNotKnownIsPassedOnWhole() {
    var problem = Trouble.connecting(SERVER, List.of("Bad configuration option: prot", "ended"));
    assertThat(problem.code()).isEqualTo(Code.SSH_FAILED.id());
    assertThat(problem.details()).containsExactly("Bad configuration option: prot", "ended");
  }

  @Test
  void whatStandsBetweenConnectionAndAgentIsNamed() {
    assertThat(beyond("none root")).isEqualTo("C-NO-STEAD");
    assertThat(beyond("denied bob")).isEqualTo("C-NO-RIGHT");
    assertThat(beyond("down root")).isEqualTo("C-SERVER-AGENT-DOWN");
    assertThat(beyond("dead root")).isEqualTo("C-SERVER-AGENT-DOWN");
    assertThat(beyond("open root")).isEqualTo("C-SERVER-AGENT-DOWN");
  }

  private static String beyond(String found) {
    return Trouble.beyond(SERVER, found, Trouble.Channel.OPENED).code();
  }

  @Test
  void aRefusedChannelToASocketThatSomebodyListensOnIsForwardingSwitchedOff() {
    assertThat(Trouble.beyond(SERVER, "open root", Trouble.Channel.REFUSED).code())
        .isEqualTo(Code.SSH_NO_FORWARDING.id());
    assertThat(Trouble.beyond(SERVER, "dead root", Trouble.Channel.REFUSED).code())
        .isEqualTo(Code.SERVER_AGENT_DOWN.id());
  }
}
