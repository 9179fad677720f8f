package dev.stead.cli.guess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.cli.project.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each kind of project, and what `stead init` writes for it, read back as a deploy reads it.
final class GuessesTest {
  private static final String POM =
      """
      <project>
        <parent><artifactId>parent</artifactId><version>9</version></parent>
        <artifactId>cv</artifactId><version>1.0</version>
        <!-- <packaging>pom</packaging> -->
        %s
      </project>
      """;

  @TempDir private Path directory;
  private Path project;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(directory.resolve("My Project"));
  }

  @Test
  void aSpringBootApp() throws IOException {
    write("pom.xml", POM.formatted("<build>spring-boot-maven-plugin</build>"));
    var read = guessed("a Spring Boot app built by Maven");
    assertThat(read.config().app()).isEqualTo("cv");
    assertThat(read.build().command()).contains("mvn -q -DskipTests package");
    assertThat(read.build().include()).containsExactly("target/cv-1.0.jar");
    assertThat(web(read)).isEqualTo("java -jar target/cv-1.0.jar --server.port=$PORT");
    assertThat(read.config().http().health()).isEqualTo("tcp");
  }

  @Test
  void aSpringBootAppWithActuatorIsAskedForItsHealth() throws IOException {
    write("pom.xml", POM.formatted("spring-boot-maven-plugin spring-boot-starter-actuator"));
    var read = guessed("a Spring Boot app built by Maven");
    assertThat(read.config().http().health()).isEqualTo("/actuator/health");
  }

  @Test
  void aVersionThatIsNotWrittenOutBecomesAPattern() throws IOException {
    write(
        "pom.xml",
        "<project><artifactId>cv</artifactId><version>${revision}</version>"
            + "spring-boot-maven-plugin</project>");
    assertThat(guessed("a Spring Boot app built by Maven").build().include())
        .containsExactly("target/*.jar");
  }

  @Test
  void aQuarkusAppAsFastJarAndAsOneJar() throws IOException {
    write("pom.xml", POM.formatted("quarkus-maven-plugin quarkus-smallrye-health"));
    var fast = guessed("a Quarkus app built by Maven");
    assertThat(fast.build().include()).containsExactly("target/quarkus-app/**");
    assertThat(web(fast))
        .isEqualTo(
            "java -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port=$PORT"
                + " -jar target/quarkus-app/quarkus-run.jar");
    assertThat(fast.config().http().health()).isEqualTo("/q/health/ready");
    write("src/main/resources/application.properties", "quarkus.package.jar.type=uber-jar\n");
    assertThat(guessed("a Quarkus app built by Maven").build().include())
        .containsExactly("target/cv-1.0-runner.jar");
  }

  @Test
  void anExecutableJar() throws IOException {
    write(
        "pom.xml",
        POM.formatted("<build><finalName>app</finalName><mainClass>cv.Main</mainClass></build>"));
    var read = guessed("a Java app built by Maven");
    assertThat(read.build().include()).containsExactly("target/app.jar");
    assertThat(web(read)).isEqualTo("java -jar target/app.jar");
  }

  @Test
  void aPlainJarIsStartedByTheClassWithAMainMethod() throws IOException {
    write("pom.xml", POM.formatted(""));
    write("src/main/java/cv/A.java", "package cv; class A {}");
    write(
        "src/main/java/cv/Server.java",
        "package cv;\nclass Server { public static void main(String[] args) {} }");
    assertThat(web(guessed("a Java app built by Maven")))
        .isEqualTo("java -cp target/cv-1.0.jar cv.Server");
  }

  @Test
  void anAggregatorIsNoApp() throws IOException {
    write("pom.xml", POM.formatted("<packaging>pom</packaging> spring-boot-maven-plugin"));
    assertThat(Guesses.look(project)).isEmpty();
  }

  @Test
  void aNodeAppWithALockFile() throws IOException {
    write(
        "package.json",
        """
        {"name": "@me/Shop_Front", "scripts": {"start": "node ./server.js --fast"},
         "dependencies": {"ws": "8"}, "devDependencies": {"x": "1"}, "files": [1]}
        """);
    write("package-lock.json", "{}");
    var read = guessed("a Node app");
    assertThat(read.config().app()).isEqualTo("shop-front");
    assertThat(read.config().install()).contains("npm ci --omit=dev");
    assertThat(web(read)).isEqualTo("node ./server.js --fast");
  }

  @Test
  void aNodeAppWithoutDependenciesNeedsNoInstall() throws IOException {
    write("package.json", "{\"main\": \"lib/serve\"}");
    write("lib/serve.js", "");
    var read = guessed("a Node app");
    assertThat(read.config().install()).isEmpty();
    assertThat(web(read)).isEqualTo("node lib/serve.js");
    assertThat(read.config().app()).isEqualTo("my-project");
  }

  @Test
  void aNodeAppThatIsBuiltShipsWhatTheBuildMakes() throws IOException {
    write(
        "package.json",
        """
        {"scripts": {"build": "tsc", "start": "NODE_ENV=production node dist/main.js"},
         "dependencies": {"ws": "8"}}
        """);
    write("package-lock.json", "{}");
    var read = guessed("a Node app");
    assertThat(read.build().command()).contains("npm ci && npm run build");
    assertThat(read.build().include())
        .containsExactly("package.json", "package-lock.json", "dist/**");
    assertThat(web(read)).isEqualTo("npm start");
  }

  @Test
  void pythonServers() throws IOException {
    write("server.py", "print('x')");
    var plain = guessed("a Python app");
    assertThat(web(plain)).isEqualTo("python3 server.py");
    assertThat(plain.config().install()).isEmpty();
    assertThat(plain.config().env()).containsOnlyKeys("PYTHONUNBUFFERED");

    write("requirements.txt", "Flask\ngunicorn\n");
    write("shop.py", "from flask import Flask\napp = Flask(__name__)\n");
    var flask = guessed("a Python app");
    assertThat(web(flask)).isEqualTo("python3 -m gunicorn shop:app --bind 127.0.0.1:$PORT");
    assertThat(flask.config().install())
        .contains("python3 -m pip install --quiet --target .packages -r requirements.txt");
    assertThat(flask.config().env()).containsEntry("PYTHONPATH", ".packages");

    write("api.py", "api = FastAPI(title='x')\n");
    assertThat(web(guessed("a Python app")))
        .isEqualTo("python3 -m uvicorn api:api --host 127.0.0.1 --port $PORT");

    write("manage.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n");
    assertThat(web(guessed("a Python app")))
        .isEqualTo("python3 -m gunicorn shop.wsgi --bind 127.0.0.1:$PORT");
  }

  @Test
  void staticSites() throws IOException {
    write("public/index.html", "<p>");
    var site = guessed("a static site");
    assertThat(site.config().staticFiles().orElseThrow().dir()).isEqualTo("public");
    assertThat(site.build().include()).containsExactly("public/**");
    assertThat(site.config().processes()).isEmpty();
    write("index.html", "<p>");
    assertThat(guessed("a static site").config().staticFiles().orElseThrow().dir()).isEqualTo(".");
  }

  @Test
  void aProcfileSaysWhatToStart() throws IOException {
    write("Procfile", "web: ./serve\nworker: ./work\n");
    var alone = guessed("a project with a Procfile");
    assertThat(alone.config().processes()).containsOnlyKeys("web", "worker");
    write("package.json", "{\"main\": \"a.js\", \"dependencies\": {\"ws\": \"8\"}}");
    write("a.js", "");
    var both = guessed("a Node app with a Procfile");
    assertThat(web(both)).isEqualTo("./serve");
    assertThat(both.config().install()).contains("npm install --omit=dev");
  }

  @Test
  void everyGuessedLineHasACommentAboveIt() throws IOException {
    write("pom.xml", POM.formatted("spring-boot-maven-plugin"));
    var lines = Guesses.look(project).orElseThrow().text().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(" = ") && !lines.get(i).startsWith("#")) {
        assertThat(lines.get(i - 1)).as("above " + lines.get(i)).startsWith("# ");
      }
    }
  }

  @Test
  void whatIsNotKnownIsNotGuessed() throws IOException {
    write("Cargo.toml", "");
    write("package.json", "not json");
    assertThat(Guesses.look(project)).isEmpty();
  }

  private Project guessed(String kind) throws IOException {
    var written = Guesses.look(project).orElseThrow();
    assertThat(written.kind()).isEqualTo(kind);
    write(Project.FILE, written.text());
    return Project.read(project);
  }

  private static String web(Project read) {
    return java.util.Objects.requireNonNull(read.config().processes().get("web")).command();
  }

  private void write(String path, String text) throws IOException {
    var file = project.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
