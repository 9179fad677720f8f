package dev.stead.rig;

import dev.stead.rig.host.Project;

/// A Spring Boot project as its generator makes them, with enough starters for a jar of 60 MB, and
/// nothing that would make two builds give the same bytes.
final class SpringShop {
  static final String JAR = "target/shop-1.0.jar";

  private static final String GREETING = "src/main/java/shop/Greeting.java";

  private SpringShop() {}

  static Project project() {
    return Project.empty()
        .write("pom.xml", POM)
        .write("src/main/java/shop/Shop.java", SHOP)
        .write(GREETING, CONTROLLER)
        .write(".gitignore", "target/\n");
  }

  /// Changes one class.
  static void change(Project project, String from, String to) {
    project.replace(GREETING, from, to);
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
