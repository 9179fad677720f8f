package dev.stead.cli.guess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Java projects that Maven builds to something that runs: Spring Boot, Quarkus, an executable jar.
final class MavenKind implements Guess.Kind {
  private static final Pattern PACKAGE =
      Pattern.compile("^\\s*package\\s+([\\w.]+)\\s*;", Pattern.MULTILINE);
  private static final Pattern MAIN =
      Pattern.compile("(public\\s+)?static\\s+(public\\s+)?(final\\s+)?void\\s+main\\s*\\(");
  private static final String NAMED_EXACTLY = "the jar that the build makes";
  private static final String NAMED_BY_PATTERN =
      "the jar that the build makes; its version is not written in pom.xml, so any jar there";

  @Override
  public String looksFor() {
    return "pom.xml of packaging jar (Spring Boot, Quarkus, an executable jar)";
  }

  @Override
  public Optional<Guess> guess(Path project) throws IOException {
    var file = project.resolve("pom.xml");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    var pom = new Pom(Files.readString(file));
    // Quarkus has a packaging of its own since 3.31.
    if (!pom.packaging().equals("jar") && !pom.packaging().equals("quarkus")) {
      return Optional.empty();
    }
    if (pom.mentions("quarkus-maven-plugin")) {
      return Optional.of(quarkus(project, pom));
    }
    if (pom.mentions("spring-boot-maven-plugin")) {
      return Optional.of(springBoot(project, pom));
    }
    return plain(project, pom);
  }

  private static Guess quarkus(Path project, Pom pom) throws IOException {
    var guess = built("a Quarkus app built by Maven", project, pom);
    var health =
        pom.mentions("quarkus-smallrye-health")
            ? new Said("/q/health/ready", "of quarkus-smallrye-health, which pom.xml names")
            : Guess.TCP;
    boolean one = uberJar(project) || pom.mentions("uber-jar");
    var jar = one ? jar(pom, "-runner") : "target/quarkus-app/quarkus-run.jar";
    var guessed =
        one
            ? guess.withInclude(List.of(jar), why(jar))
            : guess.withInclude(
                List.of("target/quarkus-app/**"), "what the build makes: Quarkus' fast-jar");
    return guessed.withWeb(
        new Said(
            "java -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port=$PORT -jar " + jar,
            "Quarkus takes its port from quarkus.http.port"),
        health);
  }

  private static boolean uberJar(Path project) throws IOException {
    var properties = project.resolve("src/main/resources/application.properties");
    return Files.isRegularFile(properties) && Files.readString(properties).contains("uber-jar");
  }

  private static Guess springBoot(Path project, Pom pom) {
    var jar = jar(pom, "");
    var health =
        pom.mentions("spring-boot-starter-actuator")
            ? new Said("/actuator/health", "of the actuator, which pom.xml names")
            : new Said(
                "tcp",
                "ready once it listens; with spring-boot-starter-actuator: \"/actuator/health\"");
    return built("a Spring Boot app built by Maven", project, pom)
        .withInclude(List.of(jar), why(jar))
        .withWeb(
            new Said(
                "java -jar %s --server.port=$PORT".formatted(jar),
                "Spring Boot takes its port from server.port"),
            health);
  }

  private static Optional<Guess> plain(Path project, Pom pom) throws IOException {
    var guess = built("a Java app built by Maven", project, pom);
    var reads = "the app must listen on the port in the environment variable PORT";
    if (pom.mentions("jar-with-dependencies")) {
      var jar = jar(pom, "-jar-with-dependencies");
      return Optional.of(
          guess
              .withInclude(List.of(jar), why(jar))
              .withWeb(new Said("java -jar " + jar, reads), Guess.TCP));
    }
    var jar = jar(pom, "");
    if (pom.mainClass().isPresent()) {
      var files = pom.mentions("<addClasspath>true") ? List.of(jar, "target/lib/**") : List.of(jar);
      return Optional.of(
          guess
              .withInclude(files, why(jar))
              .withWeb(new Said("java -jar " + jar, reads), Guess.TCP));
    }
    return mainClass(project)
        .map(
            main ->
                guess
                    .withInclude(List.of(jar), why(jar))
                    .withWeb(
                        new Said(
                            "java -cp %s %s".formatted(jar, main),
                            "the class with a main method; " + reads),
                        Guess.TCP));
  }

  private static Guess built(String kind, Path project, Pom pom) {
    var maven = Files.isExecutable(project.resolve("mvnw")) ? "./mvnw" : "mvn";
    return Guess.of(kind, pom.artifact().orElseGet(() -> Guess.directoryName(project)))
        .withBuild(
            new Said(maven + " -q -DskipTests package", "run here, before anything is uploaded"));
  }

  private static String jar(Pom pom, String suffix) {
    return "target/" + pom.finalName().orElse("*") + suffix + ".jar";
  }

  private static String why(String jar) {
    return jar.contains("*") ? NAMED_BY_PATTERN : NAMED_EXACTLY;
  }

  private static Optional<String> mainClass(Path project) throws IOException {
    var sources = project.resolve("src/main/java");
    if (!Files.isDirectory(sources)) {
      return Optional.empty();
    }
    try (var files = Files.walk(sources)) {
      for (var file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        var text = Files.readString(file);
        if (MAIN.matcher(text).find()) {
          var name = file.getFileName().toString().replaceFirst("\\.java$", "");
          var inPackage = PACKAGE.matcher(text);
          return Optional.of(inPackage.find() ? inPackage.group(1) + "." + name : name);
        }
      }
      return Optional.empty();
    }
  }
}
