package dev.stead.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/// The option `--branch` of every command of `stead store`.
final class BranchChoice {
  @Option(
      names = {"-b", "--branch"},
      paramLabel = "NAME",
      description = "the branch; 'production' without it")
  private Optional<String> branch = Optional.empty();

  Optional<String> name() {
    return branch;
  }
}
