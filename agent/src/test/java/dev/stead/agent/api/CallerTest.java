package dev.stead.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CallerTest {
  private static final String HEAD = "  sl  local_address rem_address   st tx rx tr when retr uid";

  @TempDir Path proc;
  private SshLogins logins;

  @BeforeEach
  void connect() throws IOException {
    logins = new SshLogins(proc);
    Files.createDirectories(proc.resolve("net"));
    Files.writeString(
        proc.resolve("net/tcp"),
        String.join(
            "\n",
            HEAD,
            // 203.0.113.9 and, in the state of listening, everybody
            " 0: 0100000A:0016 097100CB:C350 01 0:0 0:0 0 0 0 111 1",
            " 1: 00000000:0016 00000000:0000 0A 0:0 0:0 0 0 0 112 1\n"));
    Files.writeString(
        proc.resolve("net/tcp6"),
        String.join(
            "\n",
            HEAD,
            // 2001:db8::1
            " 0: 00000000000000000000000000000000:0016 B80D0120000000000000000001000000:C350 01"
                + " 0:0 0:0 0 0 0 113 1\n"));
  }

  @Test
  void whatTheMachineKnowsStandsInBrackets() throws IOException {
    process(10, "/nowhere/sshd", "sshd: root@notty", 111);

    assertThat(new Caller("ada@laptop", new Peer("root")).text(Optional.empty(), logins))
        .isEqualTo("ada@laptop (root, by ssh from 203.0.113.9)");
    assertThat(new Caller("ci@runner", new Peer("root")).text(Optional.of("token ci"), logins))
        .isEqualTo("ci@runner (token ci, by ssh from 203.0.113.9)");
    assertThat(new Caller("ada@laptop", new Peer("bob")).text(Optional.empty(), logins))
        .isEqualTo("ada@laptop (bob)");
    assertThat(
            new Caller("ada@laptop", new Peer(System.getProperty("user.name")))
                .text(Optional.empty(), elsewhere()))
        .isEqualTo("ada@laptop");
  }

  @Test
  void fromWhereAConnectionComesIsLookedForOnce() throws IOException {
    process(10, "/nowhere/sshd", "sshd: root@notty", 111);
    var peer = new Peer("root");
    var first = new Caller("ada@laptop", peer).text(Optional.empty(), logins);

    process(11, "/nowhere/sshd", "sshd: root@notty", 113);
    assertThat(new Caller("ada@laptop", peer).text(Optional.empty(), logins)).isEqualTo(first);
    assertThat(new Caller("ada@laptop", new Peer("root")).text(Optional.empty(), logins))
        .isNotEqualTo(first);
  }

  @Test
  void whoSharesAUserIsToldAsOneOfSeveral() throws IOException {
    process(10, "/nowhere/sshd", "sshd: ada [priv]", 111);
    process(11, "/nowhere/sshd-session", "sshd-session: ada@notty", 113);

    assertThat(logins.addresses("ada")).containsExactly("2001:db8:0:0:0:0:0:1", "203.0.113.9");
    assertThat(logins.addresses("ad")).isEmpty();
  }

  @Test
  void aProcessThatOnlyCallsItselfSshdIsNone() throws IOException {
    process(10, "/srv/eve/sshd-not", "nc", 111);
    process(11, "/nowhere/bash", "sshd: ada@notty", 113);

    assertThat(logins.addresses("ada")).isEmpty();
  }

  @Test
  void whereNobodyIsLoggedInTheKernelsTablesAreNotRead() throws IOException {
    Files.writeString(proc.resolve("net/tcp"), " 0: 0:0016 unreadable:C350 01 0:0 0:0 0 0 0 112 1");
    process(10, "/nowhere/sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", 112);

    assertThat(logins.addresses("root")).isEmpty();
  }

  private SshLogins elsewhere() {
    return new SshLogins(proc.resolve("net"));
  }

  private void process(int number, String program, String title, int... sockets)
      throws IOException {
    var directory = Files.createDirectories(proc.resolve(Integer.toString(number)));
    Files.writeString(directory.resolve("cmdline"), title + "\0");
    Files.createSymbolicLink(directory.resolve("exe"), Path.of(program));
    var descriptors = Files.createDirectories(directory.resolve("fd"));
    for (var socket : Arrays.stream(sockets).boxed().toList()) {
      Files.createSymbolicLink(
          descriptors.resolve("4" + socket), Path.of("socket:[%d]".formatted(socket)));
    }
  }
}
