package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// `stead init` in a project of each kind: what it writes deploys and answers as it is. (Spring
/// Boot: see [UploadTest].)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InitTest {
  private static final Pattern APP = Pattern.compile("(?m)^app = \"([^\"]+)\"");

  private final Stead stead = Stead.fresh();

  @BeforeAll
  void upWithASite() {
    try (var site = Project.empty().write("index.html", "<p>plain</p>")) {
      stead.run(site, "init").succeeded();
      stead.up(site);
    }
  }

  @AfterAll
  void end() {
    stead.close();
  }

  @Test
  void aMavenJar() throws IOException {
    try (var project = without("examples/hello", "stead.toml")) {
      assertThat(initialised(project, "Java app built by Maven", "/up")).contains("ready");
    }
  }

  @Test
  void aNodeApp() throws IOException {
    try (var project = without("examples/node-npm", "stead.toml")) {
      assertThat(initialised(project, "Node", "/")).isNotBlank();
      assertThat(project.read("stead.toml")).contains("npm ci");
    }
  }

  @Test
  void aPythonApp() throws IOException {
    try (var project = without("examples/python", "stead.toml")) {
      assertThat(initialised(project, "Python", "/")).contains("Hello from Python");
    }
  }

  @Test
  void aStaticSite() throws IOException {
    try (var project = Project.empty().write("index.html", "<p>nothing runs</p>")) {
      assertThat(initialised(project, "static", "/")).contains("nothing runs");
    }
  }

  @Test
  void aProcfile() throws IOException {
    try (var project =
        without("rig/apps/greeter", "stead.toml")
            .write("Procfile", "web: python3 greeter.py web\nworker: python3 greeter.py worker\n")
            .write(".env", "GREETING=from .env\n")) {
      assertThat(initialised(project, "Procfile", "/")).contains("greeting from .env");
    }
  }

  @Test
  void aQuarkusApp() throws IOException {
    try (var project =
        Project.empty().write("pom.xml", QUARKUS).write("src/main/java/demo/Hello.java", HELLO)) {
      assertThat(initialised(project, "Quarkus", "/hello")).isEqualTo("hello from Quarkus");
    }
  }

  @Test
  void anUnknownKindSaysWhatWasLookedFor() {
    try (var project = Project.empty().write("notes.txt", "nothing to run")) {
      stead.run(project, "init").failed().says("looked for: pom.xml", "Procfile");
    }
  }

  @Test
  void aSteadTomlIsNotOverwritten() {
    try (var project = Project.copyOf("rig/apps/good")) {
      var before = project.read("stead.toml");
      stead.run(project, "init").failed().says("stead.toml", "--force");
      assertThat(project.read("stead.toml")).isEqualTo(before);
    }
  }

  /// What the app answers after `init` and `deploy`.
  private String initialised(Project project, String kind, String path) throws IOException {
    stead.run(project, "init").succeeded().says(kind);
    var config = project.read("stead.toml");
    assertThat(config).as("each guess has a comment").contains("#");
    project.write("stead.toml", config + "\n[rollout]\nsettle = \"200ms\"\n");
    stead.deploy(project);
    var app = APP.matcher(config);
    assertThat(app.find()).isTrue();
    var answer = stead.get(app.group(1), path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static Project without(String app, String file) throws IOException {
    var project = Project.copyOf(app);
    Files.delete(project.directory().resolve(file));
    return project;
  }

  /// As Quarkus' generator makes them, with the one extension that the class below needs.
  private static final String QUARKUS =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>demo</groupId>
        <artifactId>demo</artifactId>
        <version>1</version>
        <properties>
          <maven.compiler.release>17</maven.compiler.release>
          <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          <quarkus.version>3.34.1</quarkus.version>
        </properties>
        <dependencyManagement>
          <dependencies>
            <dependency>
              <groupId>io.quarkus.platform</groupId>
              <artifactId>quarkus-bom</artifactId>
              <version>${quarkus.version}</version>
              <type>pom</type>
              <scope>import</scope>
            </dependency>
          </dependencies>
        </dependencyManagement>
        <dependencies>
          <dependency>
            <groupId>io.quarkus</groupId>
            <artifactId>quarkus-rest</artifactId>
          </dependency>
        </dependencies>
        <build>
          <plugins>
            <plugin>
              <artifactId>maven-compiler-plugin</artifactId>
              <version>3.14.1</version>
            </plugin>
            <plugin>
              <groupId>io.quarkus.platform</groupId>
              <artifactId>quarkus-maven-plugin</artifactId>
              <version>${quarkus.version}</version>
              <extensions>true</extensions>
              <executions>
                <execution>
                  <goals>
                    <goal>build</goal>
                  </goals>
                </execution>
              </executions>
            </plugin>
          </plugins>
        </build>
      </project>
      """;

  private static final String HELLO =
      """
      package demo;

      import jakarta.ws.rs.GET;
      import jakarta.ws.rs.Path;

      @Path("/hello")
      public class Hello {
        @GET
        public String hello() {
          return "hello from Quarkus";
        }
      }
      """;
}
