package dev.stead.agent.certs;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Tells host names that a public CA can certify from those that only one machine or network knows
/// (RFC 6761, RFC 6762, RFC 8375, and `internal`, which ICANN has reserved).
final class PublicName {
  private static final Set<String> RESERVED =
      Set.of("example", "home.arpa", "internal", "invalid", "local", "localhost", "onion", "test");

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
  private static final int CHARS_MAX = 253;

  private PublicName() {}

  /// Why no CA can be asked for this host; empty when one can.
  static Optional<String> refusal(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("*.")) {
      return Optional.of("a CA certifies '*' only by DNS, which Stead does not write");
    }
    if (name.contains(":") || NUMBER.matcher(lastLabel(name)).matches()) {
      return Optional.of("it is an address, not a name");
    }
    if (!isName(name)) {
      return Optional.of("it is no valid host name");
    }
    if (!name.contains(".") || isReserved(name)) {
      return Optional.of("it is a private name, which no public CA certifies");
    }
    return Optional.empty();
  }

  private static boolean isReserved(String name) {
    return RESERVED.stream().anyMatch(each -> name.equals(each) || name.endsWith("." + each));
  }

  private static boolean isName(String name) {
    return name.length() <= CHARS_MAX
        && Pattern.compile("\\.").splitAsStream(name).allMatch(LABEL.asMatchPredicate())
        && !name.endsWith(".");
  }

  private static String lastLabel(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
