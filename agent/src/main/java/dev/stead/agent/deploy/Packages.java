package dev.stead.agent.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The packages of the machine's own package manager: looked for everywhere, installed on a server.
final class Packages {
  private static final Path DPKG_QUERY = Path.of("/usr/bin/dpkg-query");
  private static final Path RPM = Path.of("/usr/bin/rpm");
  private static final Path APT_GET = Path.of("/usr/bin/apt-get");

  private final Site site;

  Packages(Site site) {
    this.site = site;
  }

  /// Those that are not installed; empty when no package manager is known here.
  Optional<List<String>> missing(List<String> wanted) {
    return installed().map(there -> wanted.stream().filter(there.negate()).toList());
  }

  /// Whether [#install] may be called.
  boolean installs() {
    return site == Site.SERVER && Files.isExecutable(APT_GET);
  }

  /// Installs packages, with what the package manager prints, line by line.
  ///
  /// @throws IOException when it fails
  void install(List<String> names, Consumer<String> output) throws IOException {
    if (apt(output, "install", names) == 0) {
      return;
    }
    // The list of what there is may be old, or was never fetched.
    int updated = apt(output, "update", List.of());
    int code = apt(output, "install", names);
    if (code != 0) {
      throw new IOException(
          updated == 0
              ? "apt-get install ended with code " + code
              : "apt-get update ended with code %d, and apt-get install with %d"
                  .formatted(updated, code));
    }
  }

  private static int apt(Consumer<String> output, String order, List<String> names)
      throws IOException {
    var words = new ArrayList<>(List.of(APT_GET.toString(), order, "-q", "-y"));
    if (!names.isEmpty()) {
      words.addAll(List.of("--no-install-recommends", "--"));
      words.addAll(names);
    }
    var builder = new ProcessBuilder(words).redirectErrorStream(true);
    // Where another apt is at work it is waited for.
    words.addAll(1, List.of("-o", "DPkg::Lock::Timeout=120"));
    builder.environment().putAll(Map.of("DEBIAN_FRONTEND", "noninteractive", "LC_ALL", "C.UTF-8"));
    var process = builder.start();
    process.getOutputStream().close();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        output.accept(line);
      }
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      throw new Control.Abandoned();
    }
  }

  private static Optional<Predicate<String>> installed() {
    if (Files.isExecutable(DPKG_QUERY)) {
      return Optional.of(
          name ->
              printed(DPKG_QUERY.toString(), "-W", "-f", "${db:Status-Status}\n", name)
                  .equals("installed"));
    }
    if (Files.isExecutable(RPM)) {
      return Optional.of(name -> !printed(RPM.toString(), "-q", name).isEmpty());
    }
    return Optional.empty();
  }

  /// The output of a command, empty when it failed.
  private static String printed(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? output.strip() : "";
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run %s: %s".formatted(command[0], e.getMessage()), e);
    } catch (InterruptedException e) {
      throw new Control.Abandoned();
    }
  }
}
