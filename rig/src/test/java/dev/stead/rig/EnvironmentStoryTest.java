package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import dev.stead.rig.load.Kind;
import dev.stead.rig.load.MixedLoad;
import dev.stead.sdk.Answers.Change;
import dev.stead.sdk.Answers.History;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// A second environment, from its fork to its removal.
final class EnvironmentStoryTest {

  @Test
  void whatWasTriedInAForkIsPromotedUnderLoadAndTakenBack() throws IOException {
    try (var project = Project.copyOf("rig/apps/greeter");
        var stead = Stead.fresh()) {
      stead.up(project);
      stead.runWithInput(project, "s3cret", "secret", "set", "TOKEN").succeeded();
      stead.run(project, "fork", "production", "staging").succeeded().says("staging.greeter");
      assertThat(stead.get("staging.greeter", "/").status()).isEqualTo(404);

      project.replace("greeter.py", "first edition", "second edition");
      project.replace("stead.toml", "GREETING = \"hello\"", "GREETING = \"good day\"");
      stead
          .run(project, "deploy", "--env", "staging", "-m", "a second edition")
          .succeeded()
          .says("v3", "http://staging.greeter.localhost:" + stead.port());
      assertThat(greeting(stead, "greeter"))
          .contains("first edition, release 2", "greeting hello", "token s3cret");
      assertThat(greeting(stead, "staging.greeter"))
          .contains("second edition, release 3", "greeting good day", "token none");
      stead
          .run(project, "diff", "production", "staging")
          .succeeded()
          .says("greeter v2 → v3", "~greeter.py", "GREETING: hello → good day", "secret TOKEN");

      var before = newest(stead, project);
      promoteUnderLoad(stead, project);
      assertThat(greeting(stead, "greeter"))
          .contains("second edition, release 4", "greeting good day", "token s3cret");
      var promoted = newest(stead, project);
      assertThat(promoted.message()).isEqualTo("promote v4: staging v3");
      assertThat(promoted.author()).isNotEqualTo("unknown").contains("@");

      stead.run(project, "rollback", "--to", before.at().toString()).succeeded().says("v4 → v2");
      assertThat(greeting(stead, "greeter"))
          .contains("first edition, release 2", "greeting hello", "token s3cret");
      stead.run(project, "history").succeeded().says("rollback v2", "fork production staging");

      stead.run("environments", "remove", "staging").failed().says("staging.greeter runs there");
      stead.run(project, "stop", "--env", "staging").succeeded();
      stead.run("environments", "remove", "staging").succeeded();
      stead.run("environments", "list").succeeded().says("production").doesNotSay("staging");
      assertThat(greeting(stead, "greeter")).contains("first edition, release 2");

      stead.run("remove", "greeter", "--confirm", "greeter").failed().says("stead stop greeter");
      stead.run(project, "stop").succeeded();
      stead.run("remove", "greeter", "--confirm", "greeter").succeeded();
      stead.run("status").succeeded().doesNotSay("greeter");
    }
  }

  private static void promoteUnderLoad(Stead stead, Project project) {
    try (var load = MixedLoad.requests(stead.edge(), "greeter", "/")) {
      stead.run(project, "promote", "staging", "production").succeeded().says("v2 → v3");
      var report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.of(Kind.GET).done()).isPositive();
    }
  }

  private static Change newest(Stead stead, Project project) {
    return stead.run(project, "history", "--json").json(History.class).changes().getFirst();
  }

  private static String greeting(Stead stead, String app) throws IOException {
    var answer = stead.get(app, "/");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
