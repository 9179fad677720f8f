package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stead.edge.control.Service;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Where apps answer on a server.
final class HostsTest {
  private World world;
  private String bundle;

  @BeforeEach
  void open() throws Exception {
    world = new World();
    world.site = Site.SERVER;
    world.restartAgent();
    bundle = world.upload(Sample.server("one"));
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void anAppWithoutHostsAnswersAtAllOthersOfAServer() throws Exception {
    var end = world.deploy(Sample.of("cv").config(), bundle);

    assertThat(hosts("cv")).containsExactly("*");
    assertThat(end.finished().urls())
        .containsExactly("http://" + Machine.here().address() + ":8080");
    var named = world.deploy(Sample.of("shop").hosts("shop.example").config(), bundle);
    assertThat(hosts("shop")).containsExactly("shop.example");
    assertThat(named.finished().urls()).containsExactly("http://shop.example:8080");
  }

  @Test
  void theNamedHostsOfAServerGetCertificatesUnlessTheAppSaysOtherwise() throws Exception {
    world.deploy(Sample.of("shop").hosts("shop.example").config(), bundle);
    assertThat(https("shop")).isEqualTo(Service.Https.ON);
    assertThat(world.apps.certifiedHosts()).containsExactly("shop.example");

    world.deploy(Sample.of("shop").hosts("shop.example").https(false).config(), bundle);

    assertThat(https("shop")).isEqualTo(Service.Https.OFF);
    assertThat(world.edge.service("shop").orElseThrow().hstsMaxAge())
        .contains(Duration.ofDays(365));
    assertThat(world.apps.certifiedHosts()).isEmpty();
  }

  @Test
  void anAppThatIsAskedForCertificatesAnswersAtAllOtherHostsToo() throws Exception {
    var end =
        world.deploy(
            Sample.of("shop").hosts("shop.example").certificatesAsk("/stead/ask").config(), bundle);

    assertThat(hosts("shop")).containsExactly("shop.example", "*");
    assertThat(end.finished().urls()).containsExactly("http://shop.example:8080");
    var port = world.edge.service("shop").orElseThrow().targets().getFirst().port();
    assertThat(world.apps.certificatesAsk())
        .containsExactly(URI.create("http://127.0.0.1:%d/stead/ask".formatted(port)));
    assertThat(world.apps.certifiedHosts()).containsExactly("shop.example");
    assertThat(world.apps.namedHosts()).containsExactly("shop.example");
    var refused =
        catchThrowableOfType(
            ProblemException.class, () -> world.begin(Sample.of("cv").config(), bundle));
    assertThat(refused.problem().code()).isEqualTo("D-HOST-TAKEN");
    assertThat(refused.problem().why()).contains("shop is to answer at all hosts");
  }

  @Test
  void aHostWithACertificateIsToldByItsHttpsUrl() throws Exception {
    world.certified = Set.of("shop.example");

    var end = world.deploy(Sample.of("shop").hosts("shop.example", "b.example").config(), bundle);

    assertThat(end.finished().urls())
        .containsExactly("https://shop.example", "http://b.example:8080");
  }

  @Test
  void aSecondOneIsRefusedByNameWithTheLineToAdd() throws Exception {
    world.deploy(Sample.of("cv").config(), bundle);

    var refused =
        catchThrowableOfType(
            ProblemException.class, () -> world.begin(Sample.of("shop").config(), bundle));

    assertThat(refused.problem().code()).isEqualTo("D-HOST-TAKEN");
    assertThat(refused.problem().why()).contains("neither it nor cv names hosts");
    assertThat(refused.problem().fix())
        .isEqualTo("Add to the stead.toml of shop, under [http]: hosts = [\"shop.example.com\"]");
  }

  @Test
  void aForkClaimsNoHostBeforeItIsStartedAndThenOnlyOneOfItsOwn() throws Exception {
    world.deploy(Sample.of("cv").config(), bundle);
    world.apps.fork(new Requests.Fork("production", "staging", false), "ada@test");

    world.deploy(Sample.of("cv").config(), bundle);
    assertThat(hosts("cv")).containsExactly("*");
    assertThat(world.edge.service("staging.cv")).isEmpty();
    var refused =
        catchThrowableOfType(
            ProblemException.class,
            () -> world.apps.start("staging.cv", World.plain(), "ada@test"));
    assertThat(refused.problem().why()).contains("neither it nor cv names hosts");
    world.deploy("staging.cv", Sample.of("cv").hosts("cv.example").config(), bundle);
    assertThat(hosts("staging.cv")).containsExactly("staging.cv.example");
  }

  @Test
  void anAppThatTakesNoRequestsIsInNobodysWay() throws Exception {
    world.deploy(Sample.of("cv").config(), bundle);
    var worker = Sample.of("jobs").process("worker", "exec sleep 600", 1).without("web");

    assertThat(world.deploy(worker.config(), bundle).code()).isEmpty();
    assertThat(world.edge.service("jobs")).isEmpty();
  }

  private Service.Https https(String app) {
    return world.edge.service(app).orElseThrow().https();
  }

  private List<String> hosts(String app) {
    return world.edge.service(app).orElseThrow().hosts();
  }
}
