package dev.stead.cli;

import dev.stead.cli.local.Keeper;
import dev.stead.cli.project.Units;
import dev.stead.cli.seed.ServerStore;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RevisionTag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// The commands of `stead store` that are about the whole of it.
final class StoreBackup {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Surroundings at;
  private final Terminal terminal;

  StoreBackup(Surroundings at) {
    this.at = at;
    this.terminal = at.terminal();
  }

  int check(JsonChoice json) throws IOException {
    var check = at.client().store().check();
    if (json.wanted()) {
      terminal.json(check);
    } else {
      check.violations().forEach(terminal::line);
      terminal.line(
          check.violations().isEmpty()
              ? "the store is sound at r" + check.revision()
              : "%d invariants do not hold; `stead store restore` puts a backup in its place"
                  .formatted(check.violations().size()));
    }
    return (check.violations().isEmpty() ? ExitCode.OK : ExitCode.FAILED).code();
  }

  int backup(Optional<Path> output) throws IOException {
    var file = at.directory().resolve(output.orElseGet(() -> Path.of(fileName())));
    if (Files.exists(file)) {
      throw new ProblemException(
          Problem.of(Code.FILE_EXISTS, "writing the backup", file + " is there already"));
    }
    var part = file.resolveSibling(file.getFileName() + ".part");
    try (var answer = at.client().store().backup()) {
      Files.copy(answer.body(), part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      terminal.line(
          "the store as of r%s is in %s (%s)"
              .formatted(
                  RevisionTag.of(answer.headers().getOrDefault("ETag", "")).revision(),
                  file,
                  Units.sizeText(Files.size(file))));
    }
    return ExitCode.OK.code();
  }

  private String fileName() {
    var now = LocalDateTime.ofInstant(at.clock().instant(), ZoneId.systemDefault());
    return "stead-store-%s.tar".formatted(STAMP.format(now));
  }

  int restore(Path named, Confirmation confirmation) throws IOException {
    var file = at.directory().resolve(named);
    var whose = at.server().map(Object::toString).orElse("this machine");
    var size = Units.sizeText(Files.size(file));
    confirmation.require(
        terminal, "store", "All state of Stead on " + whose, "restoring the store of " + whose);
    try (var archive = Files.newInputStream(file)) {
      if (at.server().isPresent()) {
        ServerStore.restore(at.connection(at.server().orElseThrow()), archive);
      } else {
        restoreHere(archive);
      }
    }
    terminal.line("the store of %s is what %s holds (%s)".formatted(whose, file, size));
    return ExitCode.OK.code();
  }

  private void restoreHere(InputStream archive) throws IOException {
    if (!new Keeper(at.home()).processes().isEmpty()) {
      throw refused("Stead is running here; end it with `stead down` first");
    }
    var program =
        at.distribution()
            .map(distribution -> distribution.resolve("bin/stead-agent"))
            .orElseThrow(() -> refused("this stead is not part of a distribution"));
    var process =
        new ProcessBuilder(
                program.toString(), "--home", at.home().path().toString(), "--restore", "-")
            .redirectErrorStream(true)
            .start();
    try (var out = process.getOutputStream()) {
      archive.transferTo(out);
    } catch (IOException e) {
      // It ended before it had read all: what it says tells why.
      assert process.isAlive() || process.exitValue() != 0 : e;
    }
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw refused(said);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the store was restored", e);
    }
  }

  private static ProblemException refused(String why) {
    return new ProblemException(Problem.of(Code.STORE_RESTORE, "restoring the store", why));
  }
}
