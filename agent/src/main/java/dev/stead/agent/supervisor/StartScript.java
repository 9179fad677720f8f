package dev.stead.agent.supervisor;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How an app's process comes by its environment: a shell script that sets it and becomes the
/// command. It is read from a file that only root may read, which systemd opens for the unit, so
/// that no value stands in a unit or on a command line; and unlike in an `EnvironmentFile=`, any
/// value arrives as it is.
final class StartScript {
  /// Runs a script that is the unit's standard input, in a shell that the command then replaces.
  static final List<String> RUN_INPUT =
      List.of("/bin/sh", "-c", "eval \"exec < /dev/null; $(cat)\"");

  /// The name of a script that is a credential of its unit (systemd.exec(5), `LoadCredential=`).
  static final String CREDENTIAL = "start";

  /// Runs such a script. Units with calls around their runs cannot have one: systemd 247 looks for
  /// it before each call, also where it is not there yet.
  static final List<String> RUN_CREDENTIAL =
      List.of("/bin/sh", "-c", "eval \"$(cat \"$CREDENTIALS_DIRECTORY/" + CREDENTIAL + "\")\"");

  /// What an app stores is its own; the edge, in its group, may read it. Set here and not by the
  /// unit since systemd 247 would apply it to the directories of the unit's view as well.
  private static final String UMASK = "027";

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /// What a service would lack against a login. The home of an app's user does not exist.
  private static final Map<String, String> DEFAULTS = Map.of("HOME", "/tmp", "LANG", "C.UTF-8");

  private StartScript() {}

  /// @param words the command, its program first
  static byte[] of(SortedMap<String, String> environment, List<String> words) {
    var text = new StringBuilder("unset CREDENTIALS_DIRECTORY\numask " + UMASK + "\n");
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
