package dev.stead.cli;

import picocli.CommandLine.Option;

/// The option `--json` of every read.
final class JsonChoice {
  @Option(names = "--json", description = "print the agent's answer as JSON")
  private boolean json;

  boolean wanted() {
    return json;
  }
}
