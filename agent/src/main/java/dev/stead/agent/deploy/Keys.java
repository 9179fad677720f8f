package dev.stead.agent.deploy;

import dev.stead.sdk.AppName;

/// Which document of an app stands under which key of the store.
///
/// | key | value |
/// | --- | --- |
/// | `apps/APP/releases/000007` | [Release] |
/// | `apps/APP/standings/000007` | [Standing] |
/// | `apps/APP/live` | [Live] |
/// | `apps/APP/operation` | [Operation] |
/// | `apps/APP/mode` | [Mode] |
/// | `apps/APP/env` | [Records.Variables] |
/// | `apps/APP/act` | [Records.Act] |
/// | `apps/APP/promoted/ENVIRONMENT` | [Records.Promoted] |
/// | `apps/APP/tokens/NAME` | [Records.Token] |
/// | `apps/APP/secrets/NAME` | one secret, encrypted by the [vault][dev.stead.agent.vault.Vault] |
final class Keys {
  private Keys() {}

  static String live(String app) {
    return prefix(app) + "live";
  }

  static String mode(String app) {
    return prefix(app) + "mode";
  }

  static String operation(String app) {
    return prefix(app) + "operation";
  }

  static String act(String app) {
    return prefix(app) + "act";
  }

  static String promoted(String app, String from) {
    return prefix(app) + "promoted/" + from;
  }

  static String token(String app, String name) {
    return prefix(app) + "tokens/" + name;
  }

  static String env(String app) {
    return prefix(app) + "env";
  }

  static String secret(String app, String name) {
    return prefix(app) + "secrets/" + name;
  }

  static String release(String app, int number) {
    return prefix(app) + "releases/%06d".formatted(number);
  }

  static String standing(String app, int number) {
    return prefix(app) + "standings/%06d".formatted(number);
  }

  /// What all keys of an app begin with.
  static String prefix(String app) {
    return "apps/%s/".formatted(AppName.of(app).app());
  }
}
