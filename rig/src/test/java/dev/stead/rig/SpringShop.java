package dev.stead.rig;

import dev.stead.rig.host.Project;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A Spring Boot project as its generator makes them, with enough starters for a jar of 60 MB, and
/// nothing that would make two builds give the same bytes.
public final class SpringShop {
  public static final String JAR = "target/shop-1.0.jar";

  /// A `stead.toml` that ships the jar as it lies there.
  public static final String CONFIG =
      """
      app = "shop"

      [build]
      include = ["target/shop-1.0.jar"]

      [process.web]
      command = "exec java -XX:TieredStopAtLevel=1 -jar target/shop-1.0.jar --server.port=$PORT"

      [http]
      health = "/actuator/health"

      [rollout]
      settle = "300ms"
      """;

  private static final String GREETING = "src/main/java/shop/Greeting.java";

  private SpringShop() {}

  public static Project project() {
    return Project.empty()
        .write("pom.xml", POM)
        .write("src/main/java/shop/Shop.java", SHOP)
        .write(GREETING, CONTROLLER)
        .write(".gitignore", "target/\n");
  }

  /// Changes one class.
  public static void change(Project project, String from, String to) {
    project.replace(GREETING, from, to);
  }

  /// A clean build, by the Maven that is installed and the JDK that runs this.
  public static void build(Project project) throws IOException, InterruptedException {
    var maven =
        new ProcessBuilder("mvn", "-q", "-B", "-DskipTests", "clean", "package")
            .directory(project.directory().toFile())
            .redirectErrorStream(true);
    maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
    var process = maven.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the build of the shop failed:\n" + output);
    }
  }

  private static final String POM =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <parent>
          <groupId>org.springframework.boot</groupId>
          <artifactId>spring-boot-starter-parent</artifactId>
          <version>3.5.6</version>
        </parent>
        <groupId>shop</groupId>
        <artifactId>shop</artifactId>
        <version>1.0</version>
        <properties>
          <java.version>17</java.version>
        </properties>
        <dependencies>
          <dependency>
            <groupId>org.springframework.boot</groupId>
            <artifactId>spring-boot-starter-web</artifactId>
          </dependency>
          <dependency>
            <groupId>org.springframework.boot</groupId>
            <artifactId>spring-boot-starter-actuator</artifactId>
          </dependency>
          <dependency>
            <groupId>org.springframework.boot</groupId>
            <artifactId>spring-boot-starter-data-jpa</artifactId>
          </dependency>
          <dependency>
            <groupId>com.h2database</groupId>
            <artifactId>h2</artifactId>
          </dependency>
          <dependency>
            <groupId>org.postgresql</groupId>
            <artifactId>postgresql</artifactId>
          </dependency>
        </dependencies>
        <build>
          <plugins>
            <plugin>
              <groupId>org.springframework.boot</groupId>
              <artifactId>spring-boot-maven-plugin</artifactId>
            </plugin>
          </plugins>
        </build>
      </project>
      """;

  // Without a database at the start: it is the jar's size that counts here.
  private static final String SHOP =
      """
      package shop;

      import org.springframework.boot.SpringApplication;
      import org.springframework.boot.autoconfigure.SpringBootApplication;
      import org.springframework.boot.autoconfigure.data.jpa.JpaRepositoriesAutoConfiguration;
      import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
      import org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration;

      @SpringBootApplication(
          exclude = {
            DataSourceAutoConfiguration.class,
            HibernateJpaAutoConfiguration.class,
            JpaRepositoriesAutoConfiguration.class
          })
      public class Shop {
        public static void main(String[] arguments) {
          SpringApplication.run(Shop.class, arguments);
        }
      }
      """;

  private static final String CONTROLLER =
      """
      package shop;

      import org.springframework.web.bind.annotation.GetMapping;
      import org.springframework.web.bind.annotation.RestController;

      @RestController
      class Greeting {
        @GetMapping("/")
        String greeting() {
          return "the shop is open";
        }
      }
      """;
}
