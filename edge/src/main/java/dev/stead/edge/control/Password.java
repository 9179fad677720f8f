package dev.stead.edge.control;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// How a routing table writes a user's password: hashed by PBKDF2 (RFC 8018 5.2) with HMAC-SHA-256,
/// as `pbkdf2-sha256$ROUNDS$SALT$HASH`, the last two in base64.
///
/// ```
/// pbkdf2-sha256$10000$q83vASNFZ4mrze8BI0VniQ==$5Q0h…=
/// ```
public final class Password {
  private static final String ALGORITHM = "PBKDF2WithHmacSHA256";
  private static final String NAME = "pbkdf2-sha256";

  /// Some milliseconds of one core; see decisions.md.
  private static final int ROUNDS = 10_000;

  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final Pattern FORM =
      Pattern.compile(NAME + "\\$[1-9][0-9]{0,5}\\$[A-Za-z0-9+/]{22}==\\$[A-Za-z0-9+/]{43}=");

  private Password() {}

  /// Hashes with a salt of its own: twice the same password gives two hashes.
  public static String hash(String password, SecureRandom random) {
    var salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Base64.Encoder encoder = Base64.getEncoder();
    return String.join(
        "$",
        NAME,
        Integer.toString(ROUNDS),
        encoder.encodeToString(salt),
        encoder.encodeToString(derive(password, salt, ROUNDS)));
  }

  /// Whether the text has the form that [#hash] gives.
  public static boolean isHash(String text) {
    return FORM.matcher(text).matches();
  }

  /// Whether this is the password that was hashed. Takes as long as hashing it.
  public static boolean matches(String password, String hash) {
    String[] parts = hash.split("\\$", -1);
    Base64.Decoder decoder = Base64.getDecoder();
    byte[] derived = derive(password, decoder.decode(parts[2]), Integer.parseInt(parts[1]));
    return MessageDigest.isEqual(derived, decoder.decode(parts[3]));
  }

  private static byte[] derive(String password, byte[] salt, int rounds) {
    var spec = new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BYTES * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot hash a password", e);
    } finally {
      spec.clearPassword();
    }
  }
}
