package dev.stead.cli.guess;

import dev.stead.sdk.Wire;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Node projects with a server to start.
final class NodeKind implements Guess.Kind {
  private static final Pattern PLAIN_NODE =
      Pattern.compile("node [^&|;<>$]*?([\\w./-]+\\.[cm]?js)\\b[^&|;<>$]*");
  private static final List<String> SERVERS = List.of("server.js", "app.js", "index.js", "main.js");

  /// The parts of a `package.json` that matter here.
  @Json(naming = Naming.LowerHyphen)
  record PackageJson(
      Optional<String> name,
      Optional<String> main,
      @Nullable Map<String, String> scripts,
      @Nullable Map<String, String> dependencies) {
    Optional<String> script(String script) {
      return Optional.ofNullable(scripts).map(all -> all.get(script));
    }

    boolean needs() {
      return dependencies != null && !dependencies.isEmpty();
    }
  }

  @Override
  public String looksFor() {
    return "package.json with a start script, a main or a server.js";
  }

  @Override
  public Optional<Guess> guess(Path project) throws IOException {
    var file = project.resolve("package.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    PackageJson described;
    try {
      described = Wire.read(Files.readAllBytes(file), PackageJson.class);
    } catch (IllegalArgumentException e) {
      // Not JSON: not a project that npm could start either.
      return Optional.empty();
    }
    return command(project, described).map(web -> guess(project, described, web));
  }

  private static Guess guess(Path project, PackageJson described, Said web) {
    var guess =
        Guess.of("a Node app", described.name().orElseGet(() -> Guess.directoryName(project)))
            .withWeb(web, Guess.TCP);
    var install = install(project);
    if (described.needs()) {
      guess =
          guess.withInstall(
              new Said(
                  install,
                  "run beside the uploaded files; kept for releases with the same lock file"));
    }
    if (described.script("build").isEmpty()) {
      return guess;
    }
    var made = made(described, web.value());
    return guess
        .withBuild(
            new Said(
                install
                        .replace(" --omit=dev", "")
                        .replace(" --production", "")
                        .replace(" --prod", "")
                    + " && npm run build",
                "run here, before anything is uploaded"))
        .withInclude(
            Stream.concat(
                    Stream.of("package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml")
                        .filter(name -> Files.exists(project.resolve(name))),
                    made.stream())
                .toList(),
            "what the build makes is not tracked by git, so it is named here");
  }

  private static List<String> made(PackageJson described, String command) {
    var script = described.script("start").orElse(command);
    var plain = PLAIN_NODE.matcher(script);
    var entry = plain.find() ? plain.group(1) : described.main().orElse("dist/index.js");
    var clean = entry.replaceFirst("^\\./", "");
    var made = new ArrayList<String>();
    made.add(clean.contains("/") ? clean.substring(0, clean.indexOf('/')) + "/**" : clean);
    return made;
  }

  private static Optional<Said> command(Path project, PackageJson described) {
    var reads = "; the app must listen on the port in the environment variable PORT";
    var start = described.script("start");
    if (start.isPresent()) {
      boolean plain = PLAIN_NODE.matcher(start.orElseThrow().strip()).matches();
      return Optional.of(
          plain
              ? new Said(
                  start.orElseThrow().strip(),
                  "the start script itself, without npm above it" + reads)
              : new Said("npm start", "the start script of package.json" + reads));
    }
    var main =
        described
            .main()
            .map(name -> Files.exists(project.resolve(name)) ? name : name + ".js")
            .filter(name -> Files.isRegularFile(project.resolve(name)));
    if (main.isPresent()) {
      return main.map(name -> new Said("node " + name, "main of package.json" + reads));
    }
    return SERVERS.stream()
        .filter(name -> Files.isRegularFile(project.resolve(name)))
        .findFirst()
        .map(name -> new Said("node " + name, "the file that looks like the server" + reads));
  }

  private static String install(Path project) {
    if (Files.exists(project.resolve("package-lock.json"))
        || Files.exists(project.resolve("npm-shrinkwrap.json"))) {
      return "npm ci --omit=dev";
    }
    if (Files.exists(project.resolve("yarn.lock"))) {
      return "yarn install --frozen-lockfile --production";
    }
    if (Files.exists(project.resolve("pnpm-lock.yaml"))) {
      return "pnpm install --frozen-lockfile --prod";
    }
    return "npm install --omit=dev";
  }
}
