package dev.stead.agent.supervisor;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How an app's process comes by its environment: a shell script that sets it and becomes the
/// command. It reaches the process as a credential of its unit (systemd.exec(5),
/// `LoadCredential=`), so that no value stands in a unit, on a command line or in a file that
/// another user can read; and unlike in an `EnvironmentFile=`, any value arrives as it is.
final class StartScript {
  /// The credential's name.
  static final String CREDENTIAL = "start";

  /// What a unit runs: the script, in a shell that the command then replaces.
  static final List<String> RUN =
      List.of("/bin/sh", "-c", "eval \"$(cat \"$CREDENTIALS_DIRECTORY/" + CREDENTIAL + "\")\"");

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /// What a service would lack against a login. The home of an app's user does not exist.
  private static final Map<String, String> DEFAULTS = Map.of("HOME", "/tmp", "LANG", "C.UTF-8");

  private StartScript() {}

  /// @param words the command, its program first
  static byte[] of(SortedMap<String, String> environment, List<String> words) {
    var text = new StringBuilder("unset CREDENTIALS_DIRECTORY\n");
    DEFAULTS.forEach((name, value) -> export(text, name, value));
    environment.forEach((name, value) -> export(text, name, value));
    text.append("exec ");
    text.append(words.stream().map(Shim::quoted).collect(Collectors.joining(" ")));
    return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void export(StringBuilder text, String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the variable '%s' must have a name of letters, digits and _".formatted(name));
    }
    text.append("export ").append(name).append('=').append(Shim.quoted(value)).append('\n');
  }
}
