package dev.stead.rig;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Holds the table of ARCHITECTURE.md, "Modules": which package may use which of ours, and which
/// outside library.
final class ArchitectureTest {
  private static final List<String> JSON = List.of("io.avaje.json..", "io.avaje.jsonb..");
  private static final Pattern GENERATED = Pattern.compile(".*(JsonAdapter|JsonComponent).*");
  private static final List<String> NETTY = List.of("io.netty..");
  private static final List<String> ZSTD = List.of("com.github.luben.zstd..");

  /// The table. A package that is not in it may use nothing, and [#everyPackageHasItsLine] says so.
  private static final List<Part> PARTS =
      List.of(
          part("dev.stead.sdk").outside(JSON).outside("org.apache.hc.core5.."),
          part("dev.stead.store"),
          part("dev.stead.store.document").ours("dev.stead.store").outside("tools.jackson.."),
          part("dev.stead.store.rocks")
              .ours("dev.stead.store", "dev.stead.store.document")
              .outside("org.rocksdb.."),
          part("dev.stead.edge.control").outside(JSON),
          part("dev.stead.edge.disk").ours("dev.stead.sdk"),
          part("dev.stead.edge.tls")
              .ours("dev.stead.edge.control", "dev.stead.edge.disk")
              .outside(NETTY),
          part("dev.stead.edge.probe").outside(NETTY),
          part("dev.stead.edge.routing")
              .ours("dev.stead.edge.control", "dev.stead.edge.disk", "dev.stead.edge.probe")
              .ours("dev.stead.sdk")
              .outside(NETTY),
          part("dev.stead.edge.traffic").ours("dev.stead.edge.control"),
          part("dev.stead.edge.http")
              .ours("dev.stead.edge.control", "dev.stead.edge.routing", "dev.stead.edge.tls")
              .ours("dev.stead.edge.traffic", "dev.stead.edge.probe", "dev.stead.sdk")
              .outside(NETTY)
              .outside(JSON)
              .outside(ZSTD),
          part("dev.stead.edge.systemd"),
          part("dev.stead.edge.memory"),
          part("dev.stead.edge")
              .ours("dev.stead.edge.control", "dev.stead.edge.http", "dev.stead.edge.routing")
              .ours("dev.stead.edge.disk", "dev.stead.edge.systemd", "dev.stead.edge.tls")
              .ours("dev.stead.edge.traffic", "dev.stead.edge.memory", "dev.stead.sdk")
              .outside(NETTY)
              .outside(JSON),
          part("dev.stead.agent.supervisor").ours("dev.stead.sdk").outside(JSON),
          part("dev.stead.agent.observe").ours("dev.stead.sdk"),
          part("dev.stead.agent.bundle").ours("dev.stead.sdk").outside(ZSTD).outside(JSON),
          part("dev.stead.agent.volume").ours("dev.stead.agent.bundle", "dev.stead.sdk"),
          part("dev.stead.agent.vault").ours("dev.stead.sdk").outside("com.google.crypto.tink.."),
          part("dev.stead.agent.edge").ours("dev.stead.sdk", "dev.stead.edge.control"),
          part("dev.stead.agent.traffic")
              .ours("dev.stead.agent.edge", "dev.stead.edge.control", "dev.stead.sdk")
              .outside(JSON),
          part("dev.stead.agent.certs")
              .ours("dev.stead.agent.vault", "dev.stead.agent.edge", "dev.stead.edge.control")
              .ours("dev.stead.store", "dev.stead.sdk")
              .outside("org.shredzone.acme4j..")
              .outside(JSON),
          part("dev.stead.agent.keyspace")
              .ours("dev.stead.agent.volume", "dev.stead.agent.bundle")
              .ours("dev.stead.store", "dev.stead.sdk"),
          part("dev.stead.agent.crush").ours("dev.stead.agent.keyspace", "dev.stead.store"),
          part("dev.stead.agent.deploy")
              .ours("dev.stead.agent.bundle", "dev.stead.agent.supervisor")
              .ours("dev.stead.agent.volume", "dev.stead.agent.vault", "dev.stead.agent.edge")
              .ours("dev.stead.agent.observe", "dev.stead.store", "dev.stead.edge.control")
              .ours("dev.stead.store.document", "dev.stead.edge.probe", "dev.stead.sdk")
              .outside(JSON),
          part("dev.stead.agent.api")
              .ours("dev.stead.agent.deploy", "dev.stead.agent.bundle", "dev.stead.agent.certs")
              .ours("dev.stead.agent.supervisor", "dev.stead.agent.observe", "dev.stead.sdk")
              .ours("dev.stead.agent.keyspace", "dev.stead.agent.crush", "dev.stead.agent.traffic")
              .ours("dev.stead.store", "dev.stead.store.document")
              .outside("io.vertx..")
              // A connection's peer, which Vert.x does not tell.
              .outside("io.netty.channel..", "io.netty.util..", "jdk.net.."),
          part("dev.stead.agent")
              .ours("dev.stead.agent.api", "dev.stead.agent.deploy", "dev.stead.agent.bundle")
              .ours("dev.stead.agent.keyspace", "dev.stead.agent.crush")
              .ours("dev.stead.agent.supervisor", "dev.stead.agent.observe")
              .ours("dev.stead.agent.volume", "dev.stead.agent.vault", "dev.stead.agent.certs")
              .ours("dev.stead.agent.edge", "dev.stead.agent.traffic", "dev.stead.edge.systemd")
              .ours("dev.stead.edge.memory")
              .ours("dev.stead.store", "dev.stead.store.rocks", "dev.stead.sdk")
              .outside(JSON),
          part("dev.stead.ship").ours("dev.stead.sdk").outside(ZSTD),
          part("dev.stead.cli.project").ours("dev.stead.sdk").outside("org.tomlj.."),
          part("dev.stead.cli.guess").ours("dev.stead.sdk", "dev.stead.cli.project").outside(JSON),
          part("dev.stead.cli.local").ours("dev.stead.sdk").outside(JSON),
          part("dev.stead.cli.ssh").ours("dev.stead.sdk"),
          part("dev.stead.cli.seed").ours("dev.stead.sdk", "dev.stead.cli.ssh"),
          part("dev.stead.cli")
              .ours("dev.stead.cli.ssh", "dev.stead.cli.seed")
              .ours("dev.stead.cli.project", "dev.stead.cli.guess", "dev.stead.cli.local")
              .ours("dev.stead.sdk", "dev.stead.ship")
              .outside("picocli..")
              .outside(JSON));

  /// Without what the JSON library's annotation processor wrote beside our records.
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.matches(GENERATED))
          .importPackages("dev.stead");

  @TestFactory
  Stream<DynamicTest> everyPackageUsesOnlyWhatItsLineAllows() {
    return PARTS.stream().map(part -> dynamicTest(part.name, () -> part.rule().check(PRODUCT)));
  }

  @Test
  void everyPackageHasItsLine() {
    var known = PARTS.stream().map(part -> part.name).toList();
    assertThat(PRODUCT.stream().map(type -> type.getPackageName()).distinct()).isSubsetOf(known);
  }

  @Test
  void theTableOfThePageNamesEveryModule() throws IOException {
    var page = Files.readString(Repository.root().resolve("ARCHITECTURE.md"));
    assertThat(Repository.MODULES).allSatisfy(m -> assertThat(page).contains("| `" + m + "` |"));
    assertThat(PARTS)
        .allSatisfy(
            p -> assertThat(page).contains("." + p.name.substring(p.name.lastIndexOf('.') + 1)));
  }

  @Test
  void aWrongDirectionIsFound(@TempDir Path dir) throws IOException {
    var wrong =
        compile(
            dir,
            "dev/stead/agent/supervisor/Wrong.java",
            "package dev.stead.agent.supervisor; class Wrong { dev.stead.store.Store store; }");
    assertThatThrownBy(() -> rule("dev.stead.agent.supervisor").check(wrong))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Wrong.store> has type <dev.stead.store.Store>");
  }

  @Test
  void anotherPartsLibraryIsFound(@TempDir Path dir) throws IOException {
    var wrong =
        compile(
            dir,
            "dev/stead/agent/deploy/Wrong.java",
            "package dev.stead.agent.deploy; class Wrong { Object f() { return io.vertx.core.Vertx.vertx(); } }");
    assertThatThrownBy(() -> rule("dev.stead.agent.deploy").check(wrong))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("calls method <io.vertx.core.Vertx.vertx()>");
  }

  private static ArchRule rule(String name) {
    return PARTS.stream().filter(p -> p.name.equals(name)).findFirst().orElseThrow().rule();
  }

  private static JavaClasses compile(Path dir, String file, String code) throws IOException {
    var source = dir.resolve("src").resolve(file);
    Files.createDirectories(source.getParent());
    Files.writeString(source, code);
    var classes = dir.resolve("classes").toString();
    var exit =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes,
                source.toString());
    assertThat(exit).isZero();
    return new ClassFileImporter().importPath(classes);
  }

  private static Part part(String name) {
    return new Part(name, List.of());
  }

  /// One line of the table.
  ///
  /// @param allowed packages that it may use beside its own and the JDK's
  private record Part(String name, List<String> allowed) {
    Part ours(String... packages) {
      return outside(packages);
    }

    Part outside(String... packages) {
      return outside(List.of(packages));
    }

    Part outside(List<String> packages) {
      return new Part(name, Stream.concat(allowed.stream(), packages.stream()).toList());
    }

    ArchRule rule() {
      var always = Stream.of(name, "java..", "javax..", "org.jspecify.annotations..");
      return classes()
          .that()
          .resideInAPackage(name)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(Stream.concat(always, allowed.stream()).toArray(String[]::new))
          .as(name + " uses only " + allowed + ", itself and the JDK (ARCHITECTURE.md, Modules)");
    }
  }
}
