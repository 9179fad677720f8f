package dev.stead.cli;

import dev.stead.cli.project.Units;
import dev.stead.sdk.StoreRequests.At;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/// A point in the past as people write it, turned into what the agent takes: `rev:1234` a revision,
/// `2h` an age by the agent's own clock, otherwise a [PastMoment].
final class PastPoint {
  private static final Pattern REVISION = Pattern.compile("(?:rev:|r)([0-9]{1,18})");

  private PastPoint() {}

  static String parse(String text, Instant now) {
    var revision = REVISION.matcher(text);
    if (revision.matches()) {
      return revision.group(1);
    }
    return Units.duration(text)
        .map(Object::toString)
        .orElseGet(() -> PastMoment.parse(text, now).toString());
  }

  /// A branch and a point in its past in one word: `production`, `try@rev:17`, `@2h`.
  static At ofBranch(String text, Instant now) {
    int split = text.lastIndexOf('@');
    var branch = Optional.of(split < 0 ? text : text.substring(0, split));
    return new At(
        branch.filter(name -> !name.isEmpty()),
        split < 0 ? Optional.empty() : Optional.of(parse(text.substring(split + 1), now)));
  }
}
