package dev.stead.cli.guess;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Sites of files only.
final class StaticKind implements Guess.Kind {
  private static final List<String> DIRECTORIES =
      List.of("public", "dist", "site", "_site", "build", "www", "html", "docs");

  @Override
  public String looksFor() {
    return "index.html, here or in public, dist, site, _site, build, www, html or docs (static site)";
  }

  @Override
  public Optional<Guess> guess(Path project) {
    var guess = Guess.of("a static site", Guess.directoryName(project));
    if (hasIndex(project)) {
      return Optional.of(
          guess.withFiles(new Said(".", "index.html lies here; the edge serves the files itself")));
    }
    return DIRECTORIES.stream()
        .filter(name -> hasIndex(project.resolve(name)))
        .findFirst()
        .map(
            name ->
                guess
                    .withInclude(List.of(name + "/**"), "the directory with index.html")
                    .withFiles(new Said(name, "the edge serves the files itself")));
  }

  private static boolean hasIndex(Path directory) {
    return Files.isRegularFile(directory.resolve("index.html"));
  }
}
