package dev.stead.cli.ssh;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A server as the user names it: `HOST`, `USER@HOST` or an alias of `~/.ssh/config`. It is handed
/// to `ssh` as it is.
public record Destination(String text) {
  private static final int LENGTH_MAX = 255;

  // No dash in front: ssh would take it for an option.
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9_:\\[][A-Za-z0-9_.:%\\[\\]-]*");

  /// @throws ProblemException when this cannot name a server
  public Destination {
    if (text.length() > LENGTH_MAX || !FORM.matcher(text).matches()) {
      throw new ProblemException(
          new Problem(
              Code.USAGE.id(),
              "choosing the server",
              "'%s' is not HOST, USER@HOST or an alias of ~/.ssh/config".formatted(text),
              "Write it as ssh takes it; a port belongs into ~/.ssh/config.",
              List.of()));
    }
  }

  /// The user, when one is named here and not in `~/.ssh/config`.
  public Optional<String> user() {
    int at = text.indexOf('@');
    return at < 0 ? Optional.empty() : Optional.of(text.substring(0, at));
  }

  public String host() {
    return text.substring(text.indexOf('@') + 1);
  }

  @Override
  public String toString() {
    return text;
  }
}
