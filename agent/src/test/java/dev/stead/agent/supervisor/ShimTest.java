package dev.stead.agent.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The shim alone, started as a stranger would start it.
final class ShimTest {
  private static final long ALL_BUT_REAL_TIME = 0x7fff_ffffL;

  private Home home;
  private Path directory;

  @BeforeEach
  void open() throws IOException {
    home = Home.open();
    directory = Files.createDirectories(home.path.resolve("instances/web"));
    Files.writeString(directory.resolve("run"), "1@boot\n");
  }

  @AfterEach
  void close() throws IOException {
    home.reopen(); // takes the directory away, since it has no spec
    home.close();
  }

  /// A keeper that starts the agent by `&` makes it, and all below it, ignore SIGINT and SIGQUIT.
  @Test
  void whatTheAgentIgnoresTheInstanceHears() throws Exception {
    run("trap '' INT QUIT HUP;", "grep SigIgn /proc/self/status");

    String mask = Files.readString(directory.resolve("output")).split("\\s+", -1)[1];
    assertThat(Long.parseLong(mask, 16) & ALL_BUT_REAL_TIME).isZero();
    assertThat(directory.resolve("exit")).hasContent("0");
  }

  @Test
  void aCommandOfOneProgramReplacesItsShellAndNoOther() throws Exception {
    assertThat(runsAs("cat /proc/self/stat")).isTrue();
    assertThat(runsAs("/bin/cat /proc/self/stat")).isTrue();
    assertThat(runsAs("cat \"/proc/self/$FILE\"")).isTrue();
    assertThat(runsAs("true; cat /proc/self/stat; true")).isFalse();
    assertThat(runsAs("FILE=x cat /proc/self/stat | cat")).isFalse();
    assertThat(runsAs("cd /proc && cat self/stat && true")).isFalse();
    assertThat(runsAs("true\ncat /proc/self/stat\ntrue")).isFalse();
  }

  /// Whether the program that prints its own number is the recorded process.
  private boolean runsAs(String command) throws IOException, InterruptedException {
    Files.deleteIfExists(directory.resolve("output"));
    run("", command);
    String recorded = Files.readString(directory.resolve("pid")).split(" ", -1)[1];
    return Files.readString(directory.resolve("output")).startsWith(recorded + " ");
  }

  private void run(String before, String command) throws IOException, InterruptedException {
    Path shim = home.path.resolve("shim.sh");
    ProcessBuilder builder =
        new ProcessBuilder(
            "/bin/sh",
            "-c",
            before + " setsid /bin/sh \"$@\"",
            "sh",
            shim.toString(),
            directory.toString(),
            "1@boot",
            command);
    builder.environment().putAll(Map.of("FILE", "stat"));
    assertThat(builder.inheritIO().start().waitFor()).isZero();
  }
}
