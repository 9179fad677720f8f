package dev.stead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompletionTest {
  @TempDir private Path directory;

  @Test
  void bashAcceptsItsScriptAndCompletesCommands() throws Exception {
    var file = script("bash");
    assertThat(printed("bash", "-n", file.toString())).isEmpty();
    var completed =
        printed(
            "bash",
            "-c",
            ". %s; COMP_WORDS=(stead rel); COMP_CWORD=1; _complete_stead; echo \"${COMPREPLY[@]}\""
                .formatted(file));
    assertThat(completed).contains("releases");
  }

  @Test
  void zshAcceptsItsScript() throws Exception {
    assumeTrue(installed("zsh"), "zsh is not installed");
    assertThat(printed("zsh", "-n", script("zsh").toString())).isEmpty();
  }

  @Test
  void fishAcceptsItsScript() throws Exception {
    assumeTrue(installed("fish"), "fish is not installed");
    assertThat(printed("fish", "-n", script("fish").toString())).isEmpty();
  }

  @Test
  void theScriptForFishNamesEveryCommandAndItsOptions() throws IOException {
    var text = Files.readString(script("fish"));
    for (var name : Commands.names()) {
      assertThat(text).contains("complete -c stead -n '__stead_at' -a " + name + " -d '");
    }
    assertThat(text)
        .contains("complete -c stead -n '__stead_at secret' -a set -d '")
        .contains("-n '__fish_seen_subcommand_from deploy' -s m -l message -r -d '");
    assertThat(text.lines().filter(line -> line.chars().filter(c -> c == '\'').count() % 2 != 0))
        .allMatch(line -> line.contains("\\'"));
  }

  private Path script(String shell) throws IOException {
    var call = new Call(directory.resolve("home"), directory).run("completion", shell);
    assertThat(call.exit()).isZero();
    return Files.writeString(directory.resolve("completion." + shell), call.out());
  }

  private static boolean installed(String shell) {
    return Stream.of("/bin/", "/usr/bin/").anyMatch(d -> Files.isExecutable(Path.of(d + shell)));
  }

  private static String printed(String... command) throws Exception {
    var process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    var output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
