package dev.stead.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreClient;
import dev.stead.sdk.StoreRequests.At;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Puts that follow another one on its connection: the event loop serves them, and nobody may see a
/// difference.
final class DirectPutsTest {
  private static final int MORE_THAN_PLACES = 260;
  private static final int VALUE_BYTES = 300;
  private static final int LARGE_BYTES = 200_000;

  private final Home home = Home.make();
  private final Agent agent = started();

  @AfterEach
  void checkAndStop() throws IOException {
    assertThat(store().check().violations()).isEmpty();
    agent.close();
    home.close();
  }

  @Test
  void whoeverServesThemTheyAreAnsweredAlikeAndInTheirOrder() throws IOException {
    try (var connection = new Connection()) {
      for (var i = 1; i <= 3; i++) {
        connection.send(put("a?message=m", "X: y", "v" + i));
      }
      var answers = List.of(connection.answer(), connection.answer(), connection.answer());

      assertThat(answers).allMatch(answer -> answer.status().equals("HTTP/1.1 200 OK"));
      assertThat(answers).extracting(Answer::revision).isSorted().doesNotHaveDuplicates();
      assertThat(answers).allMatch(answer -> answer.body().contains(":" + answer.revision()));
      assertThat(changes("a"))
          .extracting(StoreAnswers.Change::revision)
          .isEqualTo(answers.reversed().stream().map(Answer::revision).toList());
    }
    assertThat(text("a")).contains("v3");
    assertThat(changes("a")).extracting(StoreAnswers.Change::message).containsOnly("m");
    var authors = changes("a").stream().map(StoreAnswers.Change::author).distinct().toList();
    assertThat(authors).singleElement().asString().startsWith("eve@test");
  }

  @Test
  void whatIsRefusedIsRefusedAlike() throws IOException {
    var refused =
        List.of(
            put("%FF", "X: y", "v"),
            put("", "X: y", "v"),
            put("apps/cv", "X: y", "v"),
            put("a?branch=none", "X: y", "v"),
            put("a", "If-None-Match: x", "v"),
            put("a", "If-None-Match: *", "v"),
            put("a", "If-Match: \"7\"", "v"));
    try (var used = new Connection()) {
      used.send(put("a", "X: y", "v"));
      used.answer();
      for (var request : refused) {
        try (var fresh = new Connection()) {
          fresh.send(request);
          used.send(request);
          var answer = used.answer();
          assertThat(answer.status()).as(request).startsWith("HTTP/1.1 4");
          assertThat(answer).as(request).isEqualTo(fresh.answer());
        }
      }
    }
  }

  @Test
  void aValueThatComesByteByByteOrIsLargeArrivesWhole() throws IOException {
    try (var connection = new Connection()) {
      connection.send(put("a", "X: y", "v"));
      connection.answer();
      var value = "v".repeat(VALUE_BYTES);
      var slow = put("slow", "X: y", value);
      for (var i = 0; i < slow.length(); i++) {
        connection.send(slow.substring(i, i + 1));
      }
      connection.answer();
      connection.send(put("large", "X: y", "v".repeat(LARGE_BYTES)));
      connection.answer();

      assertThat(text("slow")).contains(value);
      assertThat(text("large")).contains("v".repeat(LARGE_BYTES));
    }
  }

  @Test
  void whoLeavesInTheMiddleOfAPutLeavesNoPlaceTaken() throws IOException {
    for (var i = 0; i < MORE_THAN_PLACES; i++) {
      try (var connection = new Connection()) {
        connection.send(put("a", "X: y", "v"));
        connection.answer();
        var next = put("never", "X: y", "whole");
        connection.send(next.substring(0, next.length() - 1));
      }
    }
    Home.until("a put is served again", () -> isServed(put("a", "X: y", "last")));
    assertThat(text("a")).contains("last");
    assertThat(text("never")).isEmpty();
  }

  private boolean isServed(String request) {
    try (var connection = new Connection()) {
      connection.send(request);
      return connection.answer().status().equals("HTTP/1.1 200 OK");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String put(String key, String header, String value) {
    return "PUT /v1/store/keys/%s HTTP/1.1\r\nHost: x\r\nStead-Actor: eve@test\r\n%s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(key, header, value.length(), value);
  }

  private List<StoreAnswers.Change> changes(String prefix) throws IOException {
    return store().history(At.now(), prefix, Optional.empty()).changes();
  }

  private Optional<String> text(String key) throws IOException {
    return store().get(At.now(), key).map(found -> new String(found.bytes().array(), US_ASCII));
  }

  private StoreClient store() {
    return home.client().store();
  }

  private Agent started() {
    try {
      return Agent.start(new Agent.Places(home.path, home.path), InstantSource.system());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private record Answer(String status, String etag, String body) {
    long revision() {
      return Long.parseLong(etag.replace("\"", ""));
    }
  }

  private final class Connection implements AutoCloseable {
    private final SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(home.socket()));
    private final InputStream in = new BufferedInputStream(Channels.newInputStream(channel));

    Connection() throws IOException {}

    void send(String text) throws IOException {
      var bytes = ByteBuffer.wrap(text.getBytes(US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    Answer answer() throws IOException {
      var status = line();
      var etag = "";
      var length = 0;
      for (var line = line(); !line.isEmpty(); line = line()) {
        var name = line.substring(0, line.indexOf(':'));
        var value = line.substring(line.indexOf(':') + 1).strip();
        etag = name.equalsIgnoreCase("ETag") ? value : etag;
        length = name.equalsIgnoreCase("Content-Length") ? Integer.parseInt(value) : length;
      }
      return new Answer(status, etag, new String(in.readNBytes(length), US_ASCII));
    }

    private String line() throws IOException {
      var line = new StringBuilder();
      for (var octet = in.read(); octet != '\n'; octet = in.read()) {
        if (octet < 0) {
          throw new IOException("ended after '%s'".formatted(line));
        }
        line.append((char) octet);
      }
      return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
