package dev.stead.cli.seed;

import dev.stead.sdk.Wire;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// How a server gets its certificates, as far as a seed says it; the keys `acme-…` of the server's
/// `settings.json`.
///
/// @param email where the CA may write to
/// @param directory of the CA, an https URL
/// @param root a file on the server that vouches for that URL
public record CertificateSettings(
    Optional<String> email, Optional<String> directory, Optional<String> root) {

  boolean isEmpty() {
    return email.isEmpty() && directory.isEmpty() && root.isEmpty();
  }

  /// The server's settings with these in them, and everything else as it was.
  ///
  /// @throws IllegalArgumentException when what is there is no JSON object
  byte[] into(byte[] settings) {
    if (!(Wire.read(settings, Object.class) instanceof Map<?, ?> found)) {
      throw new IllegalArgumentException("settings.json is no JSON object");
    }
    var changed = new TreeMap<String, Object>();
    found.forEach((key, value) -> changed.put(String.valueOf(key), value));
    email.ifPresent(value -> changed.put("acme-email", value));
    directory.ifPresent(value -> changed.put("acme-directory", value));
    root.ifPresent(value -> changed.put("acme-root", value));
    return Wire.write(changed);
  }
}
