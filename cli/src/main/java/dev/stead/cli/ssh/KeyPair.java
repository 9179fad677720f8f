package dev.stead.cli.ssh;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A fresh pair of SSH keys (Ed25519, without a passphrase), made by OpenSSH's own `ssh-keygen`.
///
/// @param privateKey as a file of OpenSSH holds it, with its last line's end
/// @param publicKey kind and key, without the comment
public record KeyPair(String privateKey, String publicKey) {
  public static KeyPair generate(String comment) throws IOException {
    var directory = Files.createTempDirectory("stead-token");
    var file = directory.resolve("key");
    try {
      run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file.toString());
      var publicKey = Files.readString(file.resolveSibling("key.pub")).split(" ", 3);
      return new KeyPair(Files.readString(file), publicKey[0] + " " + publicKey[1]);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(file.resolveSibling("key.pub"));
      Files.delete(directory);
    }
  }

  /// Refuses to write over a file.
  public static void requireAbsent(Path file) {
    if (Files.exists(file)) {
      throw new ProblemException(
          Problem.of(Code.FILE_EXISTS, "writing the private key", file + " is there already"));
    }
  }

  /// Writes the private key into a new file that only its owner may read.
  public void save(Path file) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.createFile(file, mode);
    Files.writeString(file, privateKey);
  }

  /// Without the private key.
  @Override
  public String toString() {
    return "KeyPair[" + publicKey + "]";
  }

  private static void run(String... command) throws IOException {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("%s failed: %s".formatted(command[0], said.strip()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while making a key", e);
    } catch (IOException e) {
      var problem = Problem.of(Code.SSH_MISSING, "making a key", String.valueOf(e.getMessage()));
      throw new ProblemException(problem, e);
    }
  }
}
