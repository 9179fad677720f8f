package dev.stead.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stead.sdk.Manifest.FileEntry;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShipmentTest {
  @TempDir private Path project;

  @Test
  void withoutGitEverythingTravelsButWhatIsUsuallyLeft() throws IOException {
    write("app.js", "public/x.css", "node_modules/a/index.js", ".env", ".git/HEAD", "stead.toml");
    assertThat(paths()).containsExactly("app.js", "public/x.css");
  }

  @Test
  void whatIncludeNamesTravelsAndNothingElse() throws IOException {
    write(
        "target/cv.jar",
        "target/cv-sources.jar",
        "static/a/b.css",
        "static/c.css",
        "src/Main.java");
    write("node_modules/x.js", "other.txt");
    assertThat(paths("target/cv.jar", "static/**"))
        .containsExactly("static/a/b.css", "static/c.css", "target/cv.jar");
    assertThat(paths("static", "./target/*.jar"))
        .containsExactly(
            "static/a/b.css", "static/c.css", "target/cv-sources.jar", "target/cv.jar");
    assertThat(paths("node_modules/**", "**/*.txt"))
        .containsExactly("node_modules/x.js", "other.txt");
  }

  @Test
  void aPatternThatMatchesNothingIsRefusedByName() throws IOException {
    write("a.txt");
    var thrown = catchThrowableOfType(ProblemException.class, () -> paths("target/cv.jar"));
    assertThat(thrown.problem().code()).isEqualTo("C-NOTHING-TO-SHIP");
    assertThat(thrown.problem().why())
        .isEqualTo("[build] include \"target/cv.jar\" matches no file");
  }

  @Test
  void steadignoreTakesOut() throws IOException {
    write("a.txt", "b.log", "logs/c.txt");
    Files.writeString(project.resolve(".steadignore"), "*.log\nlogs/\n");
    assertThat(paths()).containsExactly("a.txt");
    assertThat(paths("**")).containsExactly(".steadignore", "a.txt");
  }

  @Test
  void withGitTheTrackedFilesTravelAndTheOthersAreNamed() throws Exception {
    write("tracked.txt", "sub/also.txt", "untracked.txt", "ignored.o", "deleted.txt");
    Files.writeString(project.resolve(".gitignore"), "*.o\n");
    git("init", "-q");
    git("add", "tracked.txt", "sub", "deleted.txt", ".gitignore");
    Files.delete(project.resolve("deleted.txt"));
    var shipment = Shipment.pack(project, List.of(), _ -> {});
    assertThat(shipment.manifest().files())
        .extracting(FileEntry::path)
        .containsExactly(".gitignore", "sub/also.txt", "tracked.txt");
    assertThat(shipment.notes())
        .containsExactly("1 file is not tracked by git and stays behind: untracked.txt");
  }

  @Test
  void aRepositoryThatTracksNothingHereShipsEverythingAndSaysSo() throws Exception {
    write("app.js", "node_modules/a.js");
    git("init", "-q");
    var shipment = Shipment.pack(project, List.of(), _ -> {});
    assertThat(shipment.manifest().files()).extracting(FileEntry::path).containsExactly("app.js");
    assertThat(shipment.notes()).containsExactly("git tracks no file here, so everything travels");
  }

  @Test
  void executablesAndLinksAreKept() throws IOException {
    write("run.sh", "data.txt");
    assertThat(project.resolve("run.sh").toFile().setExecutable(true)).isTrue();
    Files.createDirectories(project.resolve("bin"));
    Files.createSymbolicLink(project.resolve("bin/go"), Path.of("../run.sh"));
    var files = Shipment.pack(project, List.of(), _ -> {}).manifest().files();
    assertThat(files).extracting(FileEntry::path).containsExactly("bin/go", "data.txt", "run.sh");
    assertThat(files.get(0).link()).contains("../run.sh");
    assertThat(files.get(0).chunks()).isEmpty();
    assertThat(files.get(1).executable()).isFalse();
    assertThat(files.get(2).executable()).isTrue();
  }

  @Test
  void aLinkThatLeavesTheProjectIsRefused() throws IOException {
    for (var target : List.of("/etc/passwd", "../outside")) {
      Files.createSymbolicLink(project.resolve("link"), Path.of(target));
      var thrown = catchThrowableOfType(ProblemException.class, this::paths);
      assertThat(thrown.problem().what()).isEqualTo("packing link");
      assertThat(thrown.problem().why()).contains(target, "outside the project");
      Files.delete(project.resolve("link"));
    }
  }

  @Test
  void equalFilesMakeAnEqualBundleWhateverTheirTimes() throws IOException {
    write("b.txt", "a.txt", "c/d.txt");
    var before = Shipment.pack(project, List.of(), _ -> {});
    Files.setLastModifiedTime(project.resolve("a.txt"), FileTime.from(Instant.EPOCH));
    var after = Shipment.pack(project, List.of(), _ -> {});
    assertThat(after.id()).isEqualTo(before.id());
    Files.writeString(project.resolve("a.txt"), "changed");
    assertThat(Shipment.pack(project, List.of(), _ -> {}).id()).isNotEqualTo(before.id());
  }

  @Test
  void everyPieceCanBeReadAgain() throws IOException {
    write("small.txt", "same.txt");
    Files.writeString(project.resolve("same.txt"), Files.readString(project.resolve("small.txt")));
    Files.write(project.resolve("large.bin"), new byte[1_000_000]);
    var shipment = Shipment.pack(project, List.of(), _ -> {});
    assertThat(shipment.bytes()).isEqualTo(1_000_000 + 2 * "small.txt".length());
    for (var piece : shipment.pieces().entrySet()) {
      var all = Files.readAllBytes(piece.getValue().file());
      var part =
          java.util.Arrays.copyOfRange(
              all,
              (int) piece.getValue().offset(),
              (int) piece.getValue().offset() + piece.getValue().size());
      assertThat(java.util.HexFormat.of().formatHex(Shipment.sha256().digest(part)))
          .isEqualTo(piece.getKey());
    }
  }

  private List<String> paths(String... include) throws IOException {
    return Shipment.pack(project, List.of(include), _ -> {}).manifest().files().stream()
        .map(FileEntry::path)
        .toList();
  }

  private void write(String... paths) throws IOException {
    for (var path : paths) {
      var file = project.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, path);
    }
  }

  private void git(String... arguments) throws Exception {
    var command = new java.util.ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).directory(project.toFile()).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }
}
