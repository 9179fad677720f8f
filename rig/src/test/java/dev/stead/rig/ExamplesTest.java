package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Connection;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Every example, copied out of the repository, deploys and answers.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExamplesTest {
  private final Stead stead = Stead.fresh();

  @BeforeAll
  void upWithTheStaticSite() {
    try (var site = quick("static")) {
      stead.up(site);
    }
  }

  @AfterAll
  void end() {
    stead.close();
  }

  @Test
  void theStaticSite() throws IOException {
    assertThat(page("static", "/")).contains("Nothing runs here");
    assertThat(page("static", "/about/")).contains("<h1>");
    assertThat(stead.get("static", "/style.css").headers().get("content-type"))
        .startsWith("text/css");
    assertThat(stead.get("static", "/nothing").status()).isEqualTo(404);
  }

  @Test
  void hello() throws IOException {
    deployed("hello");
    assertThat(page("hello", "/info")).contains("\"release\"", "hello-v1-web-1");
  }

  @Test
  void node() throws IOException {
    deployed("node");
    assertThat(page("node", "/")).contains("Hello from Node", "node-v1-web-1");
  }

  @Test
  void nodeWithAPackageInstalledBesideTheRelease() throws IOException {
    deployed("node-npm");
    assertThat(stead.get("node-npm", "/").status()).isEqualTo(200);
  }

  @Test
  void python() throws IOException {
    deployed("python");
    assertThat(page("python", "/")).contains("Hello from Python", "python-v1-web-1");
  }

  @Test
  void whatIsSaidInTheChatByWebSocketIsHeardAsAnEvent() throws IOException {
    deployed("chat");
    try (var events = new Connection(stead.edge(), "chat");
        var socket = new Connection(stead.edge(), "chat")) {
      events.sendHead("GET", "/events", "Accept: text/event-stream\r\n");
      events.readHead().expect(200);
      assertThat(heard(events, "release")).contains("data:release 1");

      socket.sendHead(
          "GET",
          "/socket",
          """
          Connection: Upgrade\r
          Upgrade: websocket\r
          Sec-WebSocket-Version: 13\r
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
          """);
      socket.readHead().expect(101);
      socket.send(maskedText("good morning"));
      assertThat(heard(events, "morning")).contains("data:said good morning");
    }
  }

  private void deployed(String example) {
    try (var project = quick(example)) {
      stead.deploy(project).says(example + " v1 is live");
    }
  }

  /// A copy that settles at once.
  private static Project quick(String example) {
    var project = Project.copyOf("examples/" + example);
    return project.write(
        "stead.toml", project.read("stead.toml") + "\n[rollout]\nsettle = \"200ms\"\n");
  }

  private String page(String app, String path) throws IOException {
    var answer = stead.get(app, path);
    assertThat(answer.status()).isEqualTo(200);
    return answer.body();
  }

  private static String heard(Connection events, String word) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf(word) < 0 || !text.toString().endsWith("\n\n")) {
      text.append(new String(events.readChunk(), StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  // RFC 6455, section 5.2; a mask of zeros leaves the text as it is.
  private static byte[] maskedText(String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    var frame = new byte[6 + bytes.length];
    frame[0] = (byte) 0x81;
    frame[1] = (byte) (0x80 | bytes.length);
    System.arraycopy(bytes, 0, frame, 6, bytes.length);
    return frame;
  }
}
