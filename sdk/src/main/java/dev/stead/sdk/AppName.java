package dev.stead.sdk;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of an app within an environment, as in its host: `cv` in `production`, `staging.cv` in
/// `staging`. The API's paths, and the agent's directories, users, leases and logs are named so;
/// neither part has a dot in it.
///
/// @param environment `[a-z][a-z0-9-]{0,38}`
/// @param app likewise
public record AppName(String environment, String app) {
  /// The environment that is always there, and that nothing is written in front for.
  public static final String PRODUCTION = "production";

  private static final Pattern TEXT =
      Pattern.compile(
          "(?:(?<environment>%1$s)\\.)?(?<app>%1$s)".formatted(AppConfig.NAME.pattern()));

  /// @throws IllegalArgumentException when a part is no name
  public AppName {
    require("environment", environment);
    require("app", app);
  }

  /// Reads `cv` or `staging.cv`.
  ///
  /// @throws IllegalArgumentException when it is neither; `production.cv` is not, so that nothing
  ///   has two names
  public static AppName of(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches() || PRODUCTION.equals(parts.group("environment"))) {
      throw new IllegalArgumentException(
          "'%s' is no app's name such as cv, or staging.cv in an environment: each part must match %s"
              .formatted(text, AppConfig.NAME.pattern()));
    }
    String environment = parts.group("environment");
    return new AppName(environment == null ? PRODUCTION : environment, parts.group("app"));
  }

  /// The same app in another environment.
  public AppName in(String other) {
    return new AppName(other, app);
  }

  /// What [#of] reads.
  @Override
  public String toString() {
    return environment.equals(PRODUCTION) ? app : environment + "." + app;
  }

  private static void require(String what, String name) {
    if (!AppConfig.NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "%s name '%s' must match %s".formatted(what, name, AppConfig.NAME.pattern()));
    }
  }
}
