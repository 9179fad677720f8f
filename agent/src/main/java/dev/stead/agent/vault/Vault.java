package dev.stead.agent.vault;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.aead.AesGcmParameters.Variant;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.util.SecretBytes;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Encrypts and decrypts secrets with one key that lies in a file of its own, outside the store: a
/// copy of the store alone gives no secret away. AES-256-GCM, bound to owner and name, so that a
/// secret moved to another owner's key in the store does not decrypt. Safe for concurrent use.
///
/// The key is made with the first secret and read with the first use: an agent without any loads
/// none of this. Its file is one line, the key's number and its 256 bits in hex:
///
/// ```
/// stead-key 1730212981 8c1f0e…
/// ```
///
/// Each encrypted secret bears the number, so that another key is told from a damaged secret.
public final class Vault {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final int KEY_BYTES = 32;
  private static final Pattern LINE =
      Pattern.compile("stead-key (?<number>[0-9]{1,10}) (?<bits>[0-9a-f]{64})\\s*");

  private final Path keyFile;
  private @Nullable Aead cipher;

  private Vault(Path keyFile) {
    this.keyFile = keyFile;
  }

  public static Vault open(Path keyFile) {
    return new Vault(keyFile);
  }

  /// Encrypts a secret; makes the key when there is none yet.
  ///
  /// @param owner an app, or a name that no app can have
  public byte[] encrypt(String owner, String name, byte[] plain) {
    try {
      return cipherOrNew().encrypt(plain, boundTo(owner, name));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("encrypting secret " + name + " of " + owner, e);
    }
  }

  /// Decrypts what [#encrypt] made for the same owner and name.
  ///
  /// @throws ProblemException `A-SECRETS-KEY` when the key is missing, damaged or another one
  public byte[] decrypt(String owner, String name, byte[] encrypted) {
    var what = "reading secret %s of %s".formatted(name, owner);
    try {
      return cipher(what).decrypt(encrypted, boundTo(owner, name));
    } catch (GeneralSecurityException e) {
      throw refused(what, "it was not encrypted with the key in " + keyFile, e);
    }
  }

  private synchronized Aead cipherOrNew() {
    if (cipher == null && Files.notExists(keyFile)) {
      create();
    }
    return cipher("encrypting a secret");
  }

  private synchronized Aead cipher(String what) {
    if (cipher == null) {
      cipher = load(what);
    }
    return cipher;
  }

  @AccessesPartialKey
  private Aead load(String what) {
    try {
      var permissions = Files.getPosixFilePermissions(keyFile);
      if (!OWNER_ONLY.containsAll(permissions)) {
        var found = PosixFilePermissions.toString(permissions);
        throw refused(what, "%s has mode %s: others may read it".formatted(keyFile, found), null);
      }
      var line = LINE.matcher(Files.readString(keyFile));
      if (!line.matches()) {
        throw refused(what, keyFile + " is damaged", null);
      }
      return AesGcmJce.create(key(line.group("number"), line.group("bits")));
    } catch (NoSuchFileException e) {
      throw refused(what, keyFile + " is missing", e);
    } catch (GeneralSecurityException | CharacterCodingException | NumberFormatException e) {
      throw refused(what, keyFile + " is damaged", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + keyFile + ": " + e.getMessage(), e);
    }
  }

  // From its bits, not from one of Tink's keysets: those bring Protobuf along, 800 ms and 20 MiB.
  @AccessesPartialKey
  private static AesGcmKey key(String number, String bits) throws GeneralSecurityException {
    var parameters =
        AesGcmParameters.builder()
            .setKeySizeBytes(KEY_BYTES)
            .setIvSizeBytes(12)
            .setTagSizeBytes(16)
            .setVariant(Variant.TINK)
            .build();
    return AesGcmKey.builder()
        .setParameters(parameters)
        .setIdRequirement(Integer.parseUnsignedInt(number))
        .setKeyBytes(
            SecretBytes.copyFrom(HexFormat.of().parseHex(bits), InsecureSecretKeyAccess.get()))
        .build();
  }

  private void create() {
    var random = new SecureRandom();
    var bits = new byte[KEY_BYTES];
    random.nextBytes(bits);
    var line =
        "stead-key %d %s\n"
            .formatted(random.nextInt(Integer.MAX_VALUE), HexFormat.of().formatHex(bits));
    try {
      writeWhole(line.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + keyFile + ": " + e.getMessage(), e);
    }
  }

  private void writeWhole(byte[] bytes) throws IOException {
    var directory = keyFile.toAbsolutePath().getParent();
    var temporary =
        Files.createTempFile(
            directory, ".key", null, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(temporary, keyFile, StandardCopyOption.ATOMIC_MOVE);
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static byte[] boundTo(String owner, String name) {
    return (owner + "/" + name).getBytes(StandardCharsets.UTF_8);
  }

  private static ProblemException refused(String what, String why, @Nullable Throwable cause) {
    var refused = new ProblemException(Problem.of(Code.SECRETS_KEY, what, why));
    if (cause != null) {
      refused.initCause(cause);
    }
    return refused;
  }
}
