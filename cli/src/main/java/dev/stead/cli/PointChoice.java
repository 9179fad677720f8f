package dev.stead.cli;

import dev.stead.sdk.StoreRequests.At;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that choose a branch and a point in its past.
final class PointChoice {
  @Mixin private final BranchChoice branch = new BranchChoice();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "as it was: 2h ago, at 14:30 (the last one), at 2026-01-31T14:30, or at rev:1234")
  private Optional<String> at = Optional.empty();

  At at(Instant now) {
    return new At(branch.name(), at.map(text -> PastPoint.parse(text, now)));
  }
}
