package dev.stead.cli.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlDirectoryTest {
  /// What `ssh` appends to the name while it makes the socket, and the 107 bytes of a path.
  private static final int SUFFIX = 17;

  private static final int PATH_MAX = 107;

  @TempDir private Path runtime;

  @Test
  void isMadePrivateAndEachServerHasSocketsOfItsOwn() throws IOException {
    var directory = ControlDirectory.open(Map.of("XDG_RUNTIME_DIR", runtime.toString()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
        .isEqualTo("rwx------");
    var sockets = directory.of(new Destination("shop"), "");
    assertThat(sockets).isEqualTo(directory.of(new Destination("shop"), ""));
    assertThat(sockets).isNotEqualTo(directory.of(new Destination("root@shop"), ""));
    assertThat(sockets).isNotEqualTo(directory.of(new Destination("shop"), "/other/config"));
  }

  @Test
  void itsPathsAreShortEnoughForSockets() throws IOException {
    var sockets = ControlDirectory.open(Map.of()).of(new Destination("a".repeat(200)), "");
    assertThat(sockets.control().toString().length() + SUFFIX).isLessThan(PATH_MAX);
  }

  @Test
  void oneThatOthersMayEnterIsRefused() throws IOException {
    var open = Files.createDirectory(runtime.resolve("stead"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(() -> ControlDirectory.open(Map.of("XDG_RUNTIME_DIR", runtime.toString())))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("0700");
  }

  @Test
  void aLinkIsRefused() throws IOException {
    var elsewhere = Files.createDirectory(runtime.resolve("elsewhere"));
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(runtime.resolve("stead"), elsewhere);
    assertThatThrownBy(() -> ControlDirectory.open(Map.of("XDG_RUNTIME_DIR", runtime.toString())))
        .isInstanceOf(ProblemException.class);
  }
}
