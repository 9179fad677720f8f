package dev.stead.ship;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which files of a project travel: those that `[build] include` names, else those that git tracks,
/// else all; without what `.steadignore` takes out.
///
/// @param paths relative to the project, `/`-separated, in order; regular files and symbolic links
/// @param notes what the deployer may not expect
record Selection(List<String> paths, List<String> notes) {

  /// What says how to ship, and does not travel itself unless `include` names it.
  private static final List<String> ABOUT_SHIPPING = List.of("/stead.toml", "/" + Ignored.FILE);

  /// What a project without git leaves behind unless `include` names it.
  private static final Ignored USUALLY_LEFT =
      Ignored.of(
          Stream.concat(
                  ABOUT_SHIPPING.stream(),
                  Stream.of(
                      ".git",
                      ".hg",
                      ".svn",
                      ".env",
                      "node_modules/",
                      ".venv/",
                      "venv/",
                      "__pycache__/",
                      ".DS_Store"))
              .toList());

  private static final Ignored TRACKED_LEFT = Ignored.of(ABOUT_SHIPPING);

  private static final Ignored VERSION_CONTROL = Ignored.of(List.of(".git", ".hg", ".svn"));
  private static final int NAMES_SHOWN = 3;

  Selection {
    paths = List.copyOf(paths);
    notes = List.copyOf(notes);
  }

  static Selection of(Path project, List<String> include) throws IOException {
    var ignored = Ignored.in(project);
    if (!include.isEmpty()) {
      return new Selection(included(project, include, ignored), List.of());
    }
    var tracked = git(project, "--cached", "--recurse-submodules");
    if (tracked.isEmpty()) {
      return new Selection(walk(project, USUALLY_LEFT, ignored), List.of());
    }
    if (tracked.orElseThrow().isEmpty()) {
      return new Selection(
          walk(project, USUALLY_LEFT, ignored),
          List.of("git tracks no file here, so everything travels"));
    }
    var paths = new TreeSet<String>();
    for (var path : tracked.orElseThrow()) {
      boolean out = ignored.file(path) || TRACKED_LEFT.file(path);
      if (!out && travels(project.resolve(path))) {
        paths.add(path);
      }
    }
    return new Selection(List.copyOf(paths), untracked(project, ignored));
  }

  private static List<String> included(Path project, List<String> include, Ignored ignored)
      throws IOException {
    var all = walk(project, VERSION_CONTROL, ignored);
    var chosen = new TreeSet<String>();
    for (var pattern : include) {
      var plain = pattern.replaceFirst("^\\./", "").replaceFirst("/$", "");
      var itself = Patterns.of(plain);
      var beneath = Patterns.of(plain + "/**");
      var fitting = all.stream().filter(path -> fits(path, itself, beneath)).toList();
      if (fitting.isEmpty()) {
        throw new ProblemException(
            Problem.of(
                Code.NOTHING_TO_SHIP,
                "choosing the files that travel from " + project,
                "[build] include \"%s\" matches no file".formatted(pattern)));
      }
      chosen.addAll(fitting);
    }
    return List.copyOf(chosen);
  }

  private static boolean fits(String path, Pattern itself, Pattern beneath) {
    return itself.matcher(path).matches() || beneath.matcher(path).matches();
  }

  private static List<String> untracked(Path project, Ignored ignored) throws IOException {
    var left =
        git(project, "--others", "--exclude-standard").orElse(List.of()).stream()
            .filter(path -> !ignored.file(path) && !TRACKED_LEFT.file(path))
            .toList();
    if (left.isEmpty()) {
      return List.of();
    }
    var names = String.join(", ", left.subList(0, Math.min(NAMES_SHOWN, left.size())));
    return List.of(
        "%s not tracked by git and stays behind: %s%s"
            .formatted(
                left.size() == 1 ? "1 file is" : left.size() + " files are",
                names,
                left.size() > NAMES_SHOWN ? ", …" : ""));
  }

  private static List<String> walk(Path project, Ignored usual, Ignored ignored)
      throws IOException {
    var found = new TreeSet<String>();
    Files.walkFileTree(project, new Walk(project, List.of(usual, ignored), found));
    return List.copyOf(found);
  }

  /// A walk that does not enter what is out and does not follow links.
  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path project;
    private final List<Ignored> out;
    private final Collection<String> found;

    Walk(Path project, List<Ignored> out, Collection<String> found) {
      this.project = project;
      this.out = out;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      var path = project.relativize(directory).toString();
      return !path.isEmpty() && out.stream().anyMatch(o -> o.directory(path))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      var path = project.relativize(file).toString();
      boolean kind = attributes.isRegularFile() || attributes.isSymbolicLink();
      // The directories above were looked at on the way down.
      if (kind && out.stream().noneMatch(o -> o.file(path))) {
        found.add(path);
      }
      return FileVisitResult.CONTINUE;
    }
  }

  private static boolean travels(Path file) {
    return Files.isSymbolicLink(file) || Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /// What `git ls-files` lists under the project; empty when it is in no repository or there is no
  /// git.
  private static Optional<List<String>> git(Path project, String... options) throws IOException {
    var command = new ArrayList<>(List.of("git", "ls-files", "-z"));
    command.addAll(List.of(options));
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(project.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException _) {
      return Optional.empty();
    }
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return exitedWell(process)
        ? Optional.of(
            Pattern.compile("\0").splitAsStream(output).filter(p -> !p.isEmpty()).toList())
        : Optional.empty();
  }

  private static boolean exitedWell(Process process) throws IOException {
    try {
      return process.waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while git listed the files", e);
    }
  }
}
