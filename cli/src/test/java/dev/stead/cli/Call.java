package dev.stead.cli;

import dev.stead.cli.Terminal.Feature;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A call of the command line in a directory of the test's, with a home of the test's.
final class Call {
  private final Path home;
  private final Path directory;
  private final Map<String, String> env = new HashMap<>();
  private final Set<Feature> features = EnumSet.noneOf(Feature.class);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private InputStream input = InputStream.nullInputStream();
  private Optional<Path> distribution = Optional.empty();
  private int exit = -1;

  Call(Path home, Path directory) {
    this.home = home;
    this.directory = directory;
  }

  Call with(Feature feature) {
    features.add(feature);
    return this;
  }

  Call typing(String text) {
    return typing(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  Call typing(InputStream keyboard) {
    input = keyboard;
    return this;
  }

  Call env(String name, String value) {
    env.put(name, value);
    return this;
  }

  Call from(Path dist) {
    distribution = Optional.of(dist);
    return this;
  }

  Call run(String... arguments) {
    exit = new Cli(surroundings()).run(arguments);
    return this;
  }

  Surroundings surroundings() {
    env.putIfAbsent("STEAD_HOME", home.toString());
    env.putIfAbsent("USER", "ada");
    var terminal =
        new Terminal(
            input,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            features);
    return new Surroundings(env, directory, terminal, InstantSource.system(), distribution);
  }

  int exit() {
    return exit;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
