package dev.stead.cli.project;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The rule for names of environment variables, plain and secret alike.
public final class Variables {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Set<String> OWN = Set.of("PORT", "HOST");

  private Variables() {}

  /// Why a name cannot be used; empty when it can.
  public static Optional<String> refusal(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.of(
          "\"%s\" is no name of a variable: letters, digits and '_' only, no digit first"
              .formatted(name));
    }
    if (OWN.contains(name) || name.startsWith("STEAD_")) {
      return Optional.of("%s is set by Stead itself".formatted(name));
    }
    return Optional.empty();
  }
}
