package dev.stead.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stead.sdk.Http;
import dev.stead.sdk.StoreClient;
import dev.stead.sdk.StoreClient.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/// An agent of this process, in a home of its own, whose API answers. Closing it ends the agent and
/// deletes the home.
final class OwnAgent implements AutoCloseable {
  private final Home home = Home.make();
  private Agent agent = started();

  private Agent started() {
    try {
      return Agent.start(new Agent.Places(home.path, home.path), InstantSource.system());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Ends it, and leaves what it has written.
  void end() {
    agent.close();
  }

  /// Starts another one where it has ended.
  void startAgain() {
    agent = started();
  }

  Path home() {
    return home.path;
  }

  Http http() {
    return home.http();
  }

  StoreClient store() {
    return home.client().store();
  }

  /// Which revision it became.
  long put(String key, String value) throws IOException {
    return store().put(Target.of(key), "text/plain", utf8(value)).revision();
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public void close() {
    agent.close();
    home.close();
  }
}
