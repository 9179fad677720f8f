package dev.stead.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The version of this program, written into its jar by the build.
final class Version {
  private Version() {}

  static String current() {
    try (var in = Version.class.getResourceAsStream("version")) {
      if (in == null) {
        throw new IllegalStateException("the resource 'version' is missing from the agent's jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("reading the agent's own version", e);
    }
  }
}
