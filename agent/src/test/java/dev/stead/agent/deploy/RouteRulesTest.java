package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.edge.control.Password;
import dev.stead.edge.control.Service;
import dev.stead.sdk.HttpConfig;
import dev.stead.sdk.Requests;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the edge is told of an app's rules.
final class RouteRulesTest {
  private World world;
  private String bundle;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    bundle = world.upload(Map.of("server.py", Sample.SERVER, "away.html", "away"));
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private static Sample ruled(HttpConfig.Rules rules) {
    return Sample.of("cv").hosts("a.example", "b.example").rules(rules);
  }

  private static HttpConfig.Rules rules(
      Optional<String> canonicalHost, Map<String, String> users, Map<String, String> errorPages) {
    var none = HttpConfig.Rules.NONE;
    return new HttpConfig.Rules(
        canonicalHost,
        none.redirects(),
        none.allow(),
        none.headers(),
        new TreeMap<>(users),
        new TreeMap<>(errorPages),
        none.compress(),
        none.accessLog());
  }

  private Service.Rules told(String app) {
    return world.edge.service(app).orElseThrow().rules();
  }

  @Test
  void aPasswordIsASecretOfTheApp() throws Exception {
    var config = ruled(rules(Optional.empty(), Map.of("ada", "ADA_PASSWORD"), Map.of())).config();
    assertThatThrownBy(() -> world.begin(config, bundle))
        .hasMessageContaining("D-BAD-CONFIG")
        .hasMessageContaining("secret ADA_PASSWORD, which is not set");

    world.end("cv", world.apps.changeSecrets("cv", World.set("ADA_PASSWORD", "one"), "ada@test"));
    world.deploy(config, bundle);
    assertThat(told("cv").users()).extracting(Service.User::name).containsExactly("ada");
    assertThat(Password.matches("one", told("cv").users().getFirst().hash())).isTrue();

    world.end("cv", world.apps.changeSecrets("cv", World.set("ADA_PASSWORD", "two"), "ada@test"));
    assertThat(Password.matches("two", told("cv").users().getFirst().hash())).isTrue();
    assertThat(Password.matches("one", told("cv").users().getFirst().hash())).isFalse();
  }

  @Test
  void theCanonicalHostIsThatOfTheEnvironment() throws Exception {
    var config = ruled(rules(Optional.of("b.example"), Map.of(), Map.of())).config();
    world.deploy(config, bundle);
    assertThat(told("cv").canonicalHost()).contains("b.example");

    world.apps.fork(new Requests.Fork("production", "staging", false), "ada@test");
    world.deploy("staging.cv", config, bundle);
    assertThat(told("staging.cv").canonicalHost()).contains("staging.b.example");
  }

  @Test
  void errorPagesAreFilesOfTheRelease() throws Exception {
    world.deploy(
        ruled(rules(Optional.empty(), Map.of(), Map.of("502", "away.html"))).config(), bundle);

    var pages = told("cv").errorPages().orElseThrow();
    assertThat(pages.files()).isEqualTo(Map.of("502", "away.html"));
    assertThat(Path.of(pages.dir()).resolve("away.html")).hasContent("away");
  }

  @Test
  void whatCannotBeIsRefused() {
    var bad =
        ruled(rules(Optional.of("c.example"), Map.of(), Map.of("502", "../away.html"))).config();
    assertThatThrownBy(() -> world.begin(bad, bundle))
        .hasMessageContaining("canonical-host 'c.example' is none of hosts")
        .hasMessageContaining("'../away.html' must be relative");
    assertThat(List.copyOf(world.edge.tables())).noneMatch(table -> !table.services().isEmpty());
  }

  @Test
  void aPageThatTheBundleLacksIsRefusedUnlessAnInstallStepMayMakeIt() throws Exception {
    var lacking = ruled(rules(Optional.empty(), Map.of(), Map.of("503", "made.html")));
    assertThatThrownBy(() -> world.begin(lacking.config(), bundle))
        .hasMessageContaining("[http.error-pages] 'made.html' is not in the bundle");
    var large = world.upload(Map.of("made.html", "x".repeat(64 * 1024 + 1)));
    assertThatThrownBy(() -> world.begin(lacking.config(), large))
        .hasMessageContaining("'made.html' has 65537 bytes; it can have 65536");

    world.deploy(lacking.install("echo made > made.html").config(), bundle);
    var pages = told("cv").errorPages().orElseThrow();
    assertThat(Path.of(pages.dir()).resolve("made.html")).hasContent("made");
  }

  @Test
  void filesOfTheReleasesBeforeAreServedForADay() throws Exception {
    var site = Sample.of("site").without("web").files("public").config();
    world.budget = new Pruning.Budget(1, 1, 0);
    world.restartAgent();
    for (int i = 1; i <= 5; i++) {
      world.deploy(site, world.upload(Map.of("public/main." + i + ".js", "v" + i)));
    }

    var former = told("site").formerFiles();
    assertThat(former)
        .extracting(
            files -> Path.of(files.dir()).resolve("..").normalize().getFileName().toString())
        .containsExactly("v4", "v3", "v2");
    assertThat(former).allMatch(files -> files.until().isAfter(Instant.now().plusSeconds(86_000)));
    assertThat(former.getLast().until()).isBefore(former.getFirst().until());
    for (var files : former) {
      assertThat(Path.of(files.dir())).as("kept in spite of the budget").isDirectory();
    }
    assertThat(world.home.resolve("releases/site/v1")).doesNotExist();
  }
}
