package dev.stead.cli;

import dev.stead.cli.project.Units;
import dev.stead.sdk.Answers.Volume;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead volumes`
@Command(
    description =
        "The directories of apps that are kept across releases: lists, backs up, restores.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | backup | restore)")
final class VolumesCommand {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
  private static final int BUFFER_BYTES = 64 << 10;

  private final Surroundings surroundings;

  VolumesCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(
      description = "Lists every volume with its size; also those of apps that are gone.",
      mixinStandardHelpOptions = true)
  int list(@Mixin ServerChoice server, @Mixin JsonChoice json) throws IOException {
    var at = server.in(surroundings);
    var answer = at.client().volumes();
    if (json.wanted()) {
      at.terminal().json(answer);
      return ExitCode.OK.code();
    }
    var table = new Columns();
    answer
        .volumes()
        .forEach(
            volume ->
                table.row(
                    volume.app(),
                    volume.name(),
                    Units.sizeText(volume.bytesUsed()),
                    limit(volume),
                    volume.path()));
    table.print(at.terminal());
    return ExitCode.OK.code();
  }

  private static String limit(Volume volume) {
    return volume
        .bytesMax()
        .map(max -> "of " + Units.sizeText(max) + (volume.enforced() ? "" : " (watched)"))
        .orElse("no size");
  }

  @Command(
      description =
          "Writes a volume into a file (tar.gz). Requests wait while the app is stopped, the volume"
              + " copied on the server, and the app started again; then the copy is sent.",
      mixinStandardHelpOptions = true)
  int backup(
      @Parameters(paramLabel = "VOLUME", description = "its name in stead.toml") String volume,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FILE",
              description = "where to; APP-VOLUME-TIME.tar.gz here without it")
          Optional<Path> output,
      @Mixin ServerChoice server,
      @Mixin AppChoice app,
      @Mixin WaitChoice wait)
      throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at);
    var file = at.directory().resolve(output.orElseGet(() -> Path.of(fileName(at, name, volume))));
    if (Files.exists(file)) {
      throw new ProblemException(
          Problem.of(Code.FILE_EXISTS, "writing the backup", file + " is there already"));
    }
    var client = at.client();
    var started = client.backUpVolume(name, volume, new Requests.Plain(wait.time()));
    var ended = new Operation(at).follow(name, started, "runs again; sending the copy");
    if (ended != ExitCode.OK.code()) {
      return ended;
    }
    var part = file.resolveSibling(file.getFileName() + ".part");
    try (var answer = client.volumeArchive(name, volume)) {
      receive(at.terminal(), answer.body(), part);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    at.terminal().line("volume %s of %s is in %s (%s)".formatted(volume, name, file, size(file)));
    return ExitCode.OK.code();
  }

  private static void receive(Terminal terminal, InputStream from, Path part) throws IOException {
    try (var counted = new Counted(from, terminal)) {
      Files.copy(counted, part, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      terminal.clearBar();
    }
  }

  /// Which volume is replaced, by what, and that the user means it.
  static final class Replacement {
    @Parameters(index = "0", paramLabel = "VOLUME", description = "its name in stead.toml")
    private String volume = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "what `stead volumes backup` wrote")
    private Path file = Path.of("");

    @Mixin private Confirmation confirmation = new Confirmation();
  }

  @Command(
      description =
          "Replaces a volume by what a backup holds. It is sent first; then requests wait while the"
              + " app is stopped, the volume replaced, and the app started again. When the app does"
              + " not come up with it, the former content is back.",
      mixinStandardHelpOptions = true)
  int restore(
      @Mixin Replacement by,
      @Mixin ServerChoice server,
      @Mixin AppChoice app,
      @Mixin WaitChoice wait)
      throws IOException {
    var volume = by.volume;
    var at = server.in(surroundings);
    var name = app.name(at);
    var source = at.directory().resolve(by.file);
    var size = size(source);
    by.confirmation.require(
        at.terminal(),
        volume,
        "What volume %s of %s holds".formatted(volume, name),
        "restoring volume %s of %s".formatted(volume, name));
    var client = at.client();
    try (var archive = new BufferedInputStream(Files.newInputStream(source), BUFFER_BYTES)) {
      client.sendVolume(name, volume, new Counted(archive, at.terminal()));
    } finally {
      at.terminal().clearBar();
    }
    at.terminal().line("sent " + size);
    var started = client.restoreVolume(name, volume, new Requests.Plain(wait.time()));
    return new Operation(at)
        .follow(name, started, "runs with volume %s as %s has it".formatted(volume, source));
  }

  private static String fileName(Surroundings at, String app, String volume) {
    var now = LocalDateTime.ofInstant(at.clock().instant(), ZoneId.systemDefault());
    return "%s-%s-%s.tar.gz".formatted(app, volume, STAMP.format(now));
  }

  private static String size(Path file) throws IOException {
    return Units.sizeText(Files.size(file));
  }

  /// A stream that shows how much of it has gone by.
  private static final class Counted extends FilterInputStream {
    private final Terminal terminal;
    private long bytes;

    Counted(InputStream in, Terminal terminal) {
      super(in);
      this.terminal = terminal;
    }

    @Override
    public int read() throws IOException {
      var one = super.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      var n = super.read(into, at, length);
      count(Math.max(0, n));
      return n;
    }

    private void count(int n) {
      bytes += n;
      terminal.bar(Units.sizeText(bytes), 0, 1);
    }
  }
}
