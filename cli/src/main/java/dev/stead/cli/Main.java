package dev.stead.cli;

import dev.stead.cli.Terminal.Feature;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The process `stead`.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new Cli(surroundings()).run(args));
  }

  static Surroundings surroundings() {
    var env = System.getenv();
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    var err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    return new Surroundings(
        env,
        Path.of("").toAbsolutePath(),
        new Terminal(System.in, out, err, features(env)),
        InstantSource.system(),
        Optional.ofNullable(System.getProperty("stead.dist")).map(Path::of));
  }

  private static Set<Feature> features(Map<String, String> env) {
    var features = EnumSet.noneOf(Feature.class);
    boolean ci = "true".equals(env.get("CI"));
    boolean terminal = isTerminal(1) && !"dumb".equals(env.get("TERM"));
    if (terminal && env.getOrDefault("NO_COLOR", "").isEmpty()) {
      features.add(Feature.COLOUR);
    }
    if (terminal && !ci) {
      features.add(Feature.BARS);
    }
    if (terminal && !ci && isTerminal(0)) {
      features.add(Feature.PROMPTS);
    }
    return features;
  }

  // System.console() knows only whether both ends are a terminal, and loads a good deal to say so.
  private static boolean isTerminal(int descriptor) {
    try {
      var target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException _) {
      return false;
    }
  }
}
