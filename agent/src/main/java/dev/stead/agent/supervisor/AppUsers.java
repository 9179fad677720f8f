package dev.stead.agent.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The system users that apps run as, one for each, made when first needed and never deleted while
/// Stead is here: their numbers own what the apps stored.
final class AppUsers {
  private static final String PREFIX = "stead-app-";

  /// The longest name that useradd takes.
  private static final int NAME_MAX = 32;

  private static final int KEPT_OF_LONG_NAMES = 13;
  private static final int HASH_DIGITS = 8;

  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /// The user of an app. Long names are cut, those with a dot (`staging.cv`) lose it; both are told
  /// apart by a hash.
  static String name(String app) {
    String plain = app.replace('.', '-');
    String whole = PREFIX + plain;
    if (whole.length() <= NAME_MAX && plain.equals(app)) {
      return whole;
    }
    String kept = plain.substring(0, Math.min(KEPT_OF_LONG_NAMES, plain.length()));
    return PREFIX + kept + "-" + hash(app);
  }

  private static String hash(String app) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(app.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Makes sure that the user of an app is there, and returns its name.
  String ensure(String app) throws IOException {
    String user = name(app);
    if (known.contains(user)) {
      return user;
    }
    if (!Program.run("getent", "passwd", user).succeeded()) {
      Program.Result made =
          Program.run(
              "useradd",
              "--system",
              "--user-group",
              "--no-create-home",
              "--home-dir",
              "/nonexistent",
              "--shell",
              "/usr/sbin/nologin",
              user);
      // Another thread may have been first.
      if (!made.succeeded() && !Program.run("getent", "passwd", user).succeeded()) {
        throw new IOException("cannot make user %s: %s".formatted(user, made.said()));
      }
    }
    known.add(user);
    return user;
  }
}
