package dev.stead.cli;

import dev.stead.cli.Terminal.Feature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Where the value of a secret comes from when the command line does not say it: a prompt without
/// echo on a terminal, else standard input to its end, once.
final class SecretSource {
  private final Terminal terminal;
  private boolean pipeRead;

  SecretSource(Terminal terminal) {
    this.terminal = terminal;
  }

  String read(String name) throws IOException {
    var value = terminal.can(Feature.PROMPTS) ? prompt(name) : pipe(name);
    if (value.isEmpty()) {
      throw Assignment.wrong(
          "no value was given for " + name, "Type it, pipe it in, or write NAME=value.");
    }
    return value;
  }

  private static String prompt(String name) {
    var typed = Objects.requireNonNull(System.console()).readPassword("%s: ", name);
    return typed == null ? "" : new String(typed);
  }

  private String pipe(String name) throws IOException {
    if (pipeRead) {
      throw Assignment.wrong(
          "standard input holds one value only, and %s would be the second".formatted(name),
          "Set one secret at a time.");
    }
    pipeRead = true;
    var text = new String(terminal.in().readAllBytes(), StandardCharsets.UTF_8);
    // What `echo` or an editor adds; anything else belongs to the secret.
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
