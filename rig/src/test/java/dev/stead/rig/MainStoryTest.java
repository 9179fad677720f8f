package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import dev.stead.sdk.Answers.AppState;
import dev.stead.sdk.Answers.AppStatus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What a user does, from `up` to `rollback`.
final class MainStoryTest {

  @Test
  void fromUpToRollback() throws IOException {
    try (var project = Project.copyOf("rig/apps/greeter");
        var stead = Stead.fresh()) {

      stead.up(project).says("http://greeter.localhost:" + stead.port());
      assertThat(greeting(stead)).contains("first edition, release 1", "greeting hello");

      project.replace("greeter.py", "first edition", "second edition");
      stead
          .run(project, "deploy", "--message", "a second edition")
          .succeeded()
          .says("v2", "migrated for release 2", "http://greeter.localhost:" + stead.port());
      assertThat(greeting(stead)).contains("second edition, release 2");

      stead.run(project, "env", "set", "GREETING=good day").succeeded();
      assertThat(greeting(stead)).contains("release 3", "greeting good day");
      stead.run(project, "env", "list").succeeded().says("GREETING", "good day");

      stead.runWithInput(project, "s3cret", "secret", "set", "TOKEN").succeeded();
      assertThat(greeting(stead)).contains("release 4", "token s3cret");
      stead.run(project, "secret", "list").succeeded().says("TOKEN").doesNotSay("s3cret");

      lookAround(stead, project);

      stead.run(project, "scale", "web=2").succeeded();
      assertThat(running(stead, project, "web")).isEqualTo(2);
      var before = status(stead, project).instances();
      stead.run(project, "restart").succeeded();
      assertThat(status(stead, project).instances())
          .hasSameSizeAs(before)
          .doesNotContainAnyElementsOf(before);

      stead.run(project, "stop").succeeded();
      assertThat(status(stead, project).state()).isEqualTo(AppState.STOPPED);
      assertThat(stead.get("greeter", "/").status()).isEqualTo(503);
      stead.run(project, "start").succeeded();
      assertThat(greeting(stead)).contains("release 4");

      stead.runWithInput(project, "rotated", "secret", "set", "TOKEN").succeeded();
      stead.run(project, "rollback").succeeded().says("v4", "TOKEN");
      assertThat(greeting(stead)).contains("release 4", "greeting good day", "token rotated");
      stead.run(project, "rollback", "v2").succeeded().says("v2");
      assertThat(greeting(stead)).contains("second edition, release 2", "greeting hello");
    }
  }

  private static void lookAround(Stead stead, Project project) {
    stead.run(project, "releases").succeeded().says("v1", "v2", "v3", "v4", "a second edition");
    stead.run(project, "status").succeeded().says("greeter v4", "live", "web", "worker");
    stead.run(project, "history").succeeded().says("deploy v2", "env v3", "secret set TOKEN");
    stead
        .run(project, "logs", "--release", "v2", "--grep", "worker")
        .succeeded()
        .says("worker of release 2")
        .doesNotSay("greeter is ready");
    stead.run(project, "run", "--", "printenv", "TOKEN").succeeded().says("s3cret");
    assertThat(stead.run(project, "run", "--", "sh", "-c", "exit 7").exit()).isEqualTo(7);
    stead.run("explain", "D-PORT-NEVER-OPENED").succeeded().says("PORT");
    for (var read : new String[] {"releases", "status", "history", "logs"}) {
      assertThat(stead.run(project, read, "--json").succeeded().out()).startsWith("{");
    }
  }

  private static String greeting(Stead stead) throws IOException {
    var answer = stead.get("greeter", "/");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static AppStatus status(Stead stead, Project project) {
    return stead.run(project, "status", "--app", "greeter", "--json").json(AppStatus.class);
  }

  private static long running(Stead stead, Project project, String process) {
    return status(stead, project).instances().stream()
        .filter(i -> i.process().equals(process) && i.state().equals("running"))
        .count();
  }
}
