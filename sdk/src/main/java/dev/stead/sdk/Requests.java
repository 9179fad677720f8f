package dev.stead.sdk;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/// The bodies of requests that change something. Each carries `waitFor`: how long to wait for the
/// app's lease when another operation holds it; empty means to be refused at once.
public final class Requests {
  private Requests() {}

  /// `POST /v1/apps/APP/deploy`
  ///
  /// @param bundle the bundle's name, uploaded before
  /// @param message why, in the deployer's words
  public record Deploy(
      String bundle, AppConfig config, Optional<String> message, Optional<Duration> waitFor) {}

  /// `POST /v1/apps/APP/rollback`
  ///
  /// @param release the one to go back to; empty = the one before
  /// @param secretsToo take the secrets' values of that release as well
  public record Rollback(
      Optional<Integer> release, boolean secretsToo, Optional<Duration> waitFor) {}

  /// `POST /v1/apps/APP/scale`
  ///
  /// @param instances wanted number by process type; types not named stay
  public record Scale(SortedMap<String, Integer> instances, Optional<Duration> waitFor) {}

  /// `POST /v1/apps/APP/restart`, `…/stop`, `…/start`
  public record Plain(Optional<Duration> waitFor) {}

  /// `POST /v1/apps/APP/env` and `…/secrets`. With an app that is live this makes a new release.
  public record Variables(Map<String, String> set, Set<String> unset, Optional<Duration> waitFor) {}

  /// `POST /v1/apps/APP/tokens`
  ///
  /// @param publicKey as OpenSSH writes it: kind and key, without a comment
  public record NewToken(String name, String publicKey) {}

  /// `POST /v1/apps/APP/runs`
  ///
  /// @param command program and arguments
  /// @param terminal give it a terminal of this size; without one its streams stay apart
  public record Run(List<String> command, Optional<TerminalSize> terminal) {
    public Run {
      command = List.copyOf(command);
    }
  }

  public record TerminalSize(int columns, int rows) {}

  /// Which log lines are asked for.
  ///
  /// @param since only lines at most this old
  /// @param lines the last so many; all when empty
  /// @param grep a regular expression (java.util.regex)
  public record LogQuery(
      boolean follow,
      Optional<Duration> since,
      Optional<Integer> release,
      Optional<String> process,
      Optional<String> grep,
      Optional<Integer> lines) {}
}
