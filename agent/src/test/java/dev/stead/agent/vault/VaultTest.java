package dev.stead.agent.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VaultTest {
  private static final byte[] PLAIN = "correct horse battery staple".getBytes(UTF_8);

  @TempDir Path home;
  private Path keyFile;

  @BeforeEach
  void nameKeyFile() {
    keyFile = home.resolve("secrets.key");
  }

  @Test
  void aSecretIsReadAgainByTheNextAgent() {
    var encrypted = Vault.open(keyFile).encrypt("cv", "TOKEN", PLAIN);

    assertThat(new String(encrypted, UTF_8)).doesNotContain("horse");
    assertThat(Vault.open(keyFile).decrypt("cv", "TOKEN", encrypted)).isEqualTo(PLAIN);
  }

  @Test
  void theKeyIsItsOwnersAlone() throws IOException {
    Vault.open(keyFile).encrypt("cv", "TOKEN", PLAIN);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)))
        .isEqualTo("rw-------");
    try (var all = Files.list(home)) {
      assertThat(all).containsExactly(keyFile);
    }
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws IOException {
    var encrypted = Vault.open(keyFile).encrypt("cv", "TOKEN", PLAIN);
    Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> Vault.open(keyFile).decrypt("cv", "TOKEN", encrypted))
        .hasMessageContaining("A-SECRETS-KEY: reading secret TOKEN of cv: ")
        .hasMessageContaining(keyFile + " has mode rw-r--r--: others may read it");
  }

  @Test
  void aSecretOnlyDecryptsUnderItsOwnName() {
    var vault = Vault.open(keyFile);
    var encrypted = vault.encrypt("cv", "TOKEN", PLAIN);

    assertThatThrownBy(() -> vault.decrypt("shop", "TOKEN", encrypted))
        .hasMessageContaining("A-SECRETS-KEY");
    assertThatThrownBy(() -> vault.decrypt("cv", "OTHER", encrypted))
        .hasMessageContaining("A-SECRETS-KEY");
    encrypted[encrypted.length - 1] ^= 1;
    assertThatThrownBy(() -> vault.decrypt("cv", "TOKEN", encrypted))
        .hasMessageContaining("it was not encrypted with the key in " + keyFile);
  }

  @Test
  void aMissingOtherOrDamagedKeyIsNamed() throws IOException {
    var encrypted = Vault.open(keyFile).encrypt("cv", "TOKEN", PLAIN);
    var key = Files.readAllBytes(keyFile);

    Files.delete(keyFile);
    assertThatThrownBy(() -> Vault.open(keyFile).decrypt("cv", "TOKEN", encrypted))
        .hasMessageContaining(keyFile + " is missing");

    Vault.open(keyFile).encrypt("cv", "OTHER", PLAIN);
    assertThatThrownBy(() -> Vault.open(keyFile).decrypt("cv", "TOKEN", encrypted))
        .hasMessageContaining("it was not encrypted with the key in " + keyFile);

    Files.write(keyFile, "nonsense".getBytes(UTF_8));
    assertThatThrownBy(() -> Vault.open(keyFile).decrypt("cv", "TOKEN", encrypted))
        .hasMessageContaining(keyFile + " is damaged");

    Files.write(keyFile, key);
    assertThat(Vault.open(keyFile).decrypt("cv", "TOKEN", encrypted)).isEqualTo(PLAIN);
  }
}
