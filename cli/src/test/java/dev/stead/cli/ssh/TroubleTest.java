package dev.stead.cli.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Code;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What OpenSSH says is told apart; its words are those of versions 8.4 to 10.
final class TroubleTest {
  private static final Destination SERVER = new Destination("ada@shop");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "C-SSH-HOST-KEY-UNKNOWN|Host key verification failed.",
        "C-SSH-HOST-KEY-UNKNOWN|No ED25519 host key is known for shop and you have requested strict checking.",
        "C-SSH-AUTH|ada@shop: Permission denied (publickey,password).",
        "C-SSH-AUTH|Received disconnect from 192.0.2.1 port 22:2: Too many authentication failures",
        "C-SSH-UNKNOWN-HOST|ssh: Could not resolve hostname shop: Name or service not known",
        "C-SSH-REFUSED|ssh: connect to host shop port 22: Connection refused",
        "C-SSH-TIMEOUT|ssh: connect to host shop port 22: Connection timed out",
        "C-SSH-TIMEOUT|Connection timed out during banner exchange",
        "C-SSH-NO-ROUTE|ssh: connect to host shop port 22: No route to host",
        "C-SSH-FAILED|kex_exchange_identification: Connection closed by remote host",
      })
  void eachMessageHasItsCode(String code, String message) {
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
                "  ssh-keygen -f \"/home/ada/.ssh/known_hosts\" -R \"shop\"",
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

  @ParameterizedTest
  @CsvSource({
    "none root,C-NO-STEAD",
    "denied bob,C-NO-RIGHT",
    "down root,C-SERVER-AGENT-DOWN",
    "open root,C-SERVER-AGENT-DOWN",
  })
  void whatStandsBetweenConnectionAndAgentIsNamed(String found, String code) {
    assertThat(Trouble.beyond(SERVER, found, List.of()).code()).isEqualTo(code);
  }

  @Test
  void forwardingSwitchedOffIsReadFromTheLog() {
    var log = List.of("channel 2: open failed: administratively prohibited: open failed");
    assertThat(Trouble.beyond(SERVER, "open root", log).code())
        .isEqualTo(Code.SSH_NO_FORWARDING.id());
  }
}
