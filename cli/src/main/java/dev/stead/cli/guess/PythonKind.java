package dev.stead.cli.guess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Python projects with a server to start: Django, FastAPI, Flask, or a plain script.
final class PythonKind implements Guess.Kind {
  private static final List<String> SERVERS =
      List.of("server.py", "app.py", "main.py", "wsgi.py", "asgi.py");
  private static final String PACKAGES = ".packages";
  private static final String READS =
      "; the app must listen on the port in the environment variable PORT";

  @Override
  public String looksFor() {
    return "requirements.txt, pyproject.toml or a server such as app.py, main.py, manage.py (Python)";
  }

  @Override
  public Optional<Guess> guess(Path project) throws IOException {
    var requirements = requirements(project);
    var web = command(project, requirements.toLowerCase(Locale.ROOT));
    if (web.isEmpty()) {
      return Optional.empty();
    }
    var guess =
        Guess.of("a Python app", Guess.directoryName(project))
            .withWeb(web.orElseThrow(), Guess.TCP);
    var env = new TreeMap<String, Said>();
    env.put("PYTHONUNBUFFERED", new Said("1", "what it prints is in the logs at once"));
    var install = install(project, requirements);
    if (install.isPresent()) {
      env.put("PYTHONPATH", new Said(PACKAGES, "where the install step puts them"));
      guess = guess.withInstall(install.orElseThrow());
    }
    return Optional.of(guess.withEnv(env));
  }

  private static String requirements(Path project) throws IOException {
    var text = new StringBuilder();
    for (var name : List.of("requirements.txt", "pyproject.toml")) {
      var file = project.resolve(name);
      text.append(Files.isRegularFile(file) ? Files.readString(file) : "").append('\n');
    }
    return text.toString();
  }

  private static Optional<Said> install(Path project, String requirements) throws IOException {
    var pip = "python3 -m pip install --quiet --target " + PACKAGES;
    var why = "run beside the uploaded files; kept for releases with the same requirements";
    var file = project.resolve("requirements.txt");
    if (Files.isRegularFile(file)) {
      boolean empty =
          Files.readAllLines(file).stream()
              .allMatch(line -> line.isBlank() || line.strip().startsWith("#"));
      return empty ? Optional.empty() : Optional.of(new Said(pip + " -r requirements.txt", why));
    }
    boolean described = requirements.contains("[project]") && requirements.contains("dependencies");
    return described ? Optional.of(new Said(pip + " .", why)) : Optional.empty();
  }

  private static Optional<Said> command(Path project, String requirements) throws IOException {
    if (Files.isRegularFile(project.resolve("manage.py"))) {
      return Optional.of(django(project, requirements));
    }
    var fast = assigned(project, "FastAPI");
    if (fast.isPresent()) {
      return fast.map(
          app ->
              new Said(
                  "python3 -m uvicorn %s --host 127.0.0.1 --port $PORT".formatted(app),
                  "the FastAPI app; uvicorn must be among the requirements"));
    }
    var flask = assigned(project, "Flask");
    if (flask.isPresent()) {
      return flask.map(
          app ->
              requirements.contains("gunicorn")
                  ? new Said(
                      "python3 -m gunicorn %s --bind 127.0.0.1:$PORT".formatted(app),
                      "the Flask app, served by gunicorn, which the requirements name")
                  : new Said(
                      "python3 -m flask --app %s run --port $PORT".formatted(app),
                      "Flask's own server; better: gunicorn among the requirements"));
    }
    return SERVERS.stream()
        .filter(name -> Files.isRegularFile(project.resolve(name)))
        .findFirst()
        .map(name -> new Said("python3 " + name, "the file that looks like the server" + READS));
  }

  private static Said django(Path project, String requirements) throws IOException {
    var wsgi =
        Pattern.compile("DJANGO_SETTINGS_MODULE['\"]\\s*,\\s*['\"]([\\w.]+)\\.settings")
            .matcher(Files.readString(project.resolve("manage.py")));
    return requirements.contains("gunicorn") && wsgi.find()
        ? new Said(
            "python3 -m gunicorn %s.wsgi --bind 127.0.0.1:$PORT".formatted(wsgi.group(1)),
            "Django, served by gunicorn, which the requirements name")
        : new Said(
            "python3 manage.py runserver 127.0.0.1:$PORT --noreload",
            "Django's own server; better: gunicorn among the requirements");
  }

  /// Where a framework's app is made, as `module:variable`.
  private static Optional<String> assigned(Path project, String framework) throws IOException {
    var pattern = Pattern.compile("^(\\w+)\\s*=\\s*" + framework + "\\(", Pattern.MULTILINE);
    try (var files = Files.newDirectoryStream(project, "*.py")) {
      var found = new TreeMap<String, String>();
      for (var file : files) {
        var match = pattern.matcher(Files.readString(file));
        if (match.find()) {
          found.put(file.getFileName().toString().replaceFirst("\\.py$", ""), match.group(1));
        }
      }
      return found.entrySet().stream()
          .findFirst()
          .map(Map.Entry::toString)
          .map(e -> e.replace('=', ':'));
    }
  }
}
