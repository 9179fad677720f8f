package dev.stead.cli;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.Wire;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 server on a real unix socket that answers as a test tells it to. What it does not
/// know it answers as the agent does: 404 with a problem.
public final class TestAgent implements AutoCloseable {
  private final ServerSocketChannel listener;
  private final Path socket;
  private final Map<String, Answerer> answers = new ConcurrentHashMap<>();
  private final Map<String, Answerer> prefixes = new ConcurrentHashMap<>();
  private final List<String> arriving = new CopyOnWriteArrayList<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  private TestAgent(Path socket) throws IOException {
    this.socket = socket;
    this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().name("test-agent").start(this::accept);
  }

  /// Listens where the agent of this home would.
  public static TestAgent in(Path home) throws IOException {
    Files.createDirectories(home);
    return new TestAgent(home.resolve("agent.sock"));
  }

  /// A request that arrived.
  public static final class Asked {
    private final String target;
    private final Map<String, String> headers;
    private final byte[] body;

    Asked(String target, Map<String, String> headers, byte[] body) {
      this.target = target;
      this.headers = headers;
      this.body = body;
    }

    /// Method, path and query, such as `GET /v1/status`.
    public String target() {
      return target;
    }

    /// What a header says, by its name in lower case; `""` where it is not there.
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }

    public byte[] body() {
      return body;
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /// Writes an answer.
  @FunctionalInterface
  public interface Answerer {
    /// Answers, or cuts the connection by an exception.
    void answer(Asked asked, Exchange exchange) throws IOException;
  }

  /// The answer under way.
  public record Exchange(OutputStream out) {
    public void json(int status, Object body) throws IOException {
      var bytes = Wire.write(body);
      head(status, "Content-Length: " + bytes.length);
      out.write(bytes);
      out.flush();
    }

    public void problem(Code code) throws IOException {
      json(code.status(), Problem.of(code, "doing what the test asked for", "the test says so"));
    }

    /// Begins a body of unknown length, ended by closing the connection.
    public void stream() throws IOException {
      head(200, "Connection: close");
      out.flush();
    }

    public void line(Object value) throws IOException {
      out.write(Wire.write(value));
      out.write('\n');
      out.flush();
    }

    private void head(int status, String header) throws IOException {
      out.write(
          "HTTP/1.1 %d X\r\n%s\r\n\r\n"
              .formatted(status, header)
              .getBytes(StandardCharsets.US_ASCII));
    }
  }

  /// Sets the answer to a request, named without its query.
  public TestAgent on(String target, Answerer answerer) {
    answers.put(target, answerer);
    return this;
  }

  public TestAgent on(String target, Object body) {
    return on(target, (_, exchange) -> exchange.json(200, body));
  }

  /// Sets the answer to every request that begins so.
  public void onPrefix(String prefix, Answerer answerer) {
    prefixes.put(prefix, answerer);
  }

  /// What has been asked so far, in order.
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /// What has arrived so far of bodies of unknown length, also of those that are still coming.
  public String arriving() {
    return String.join("", arriving);
  }

  public List<Asked> asked(String target) {
    return asked.stream().filter(one -> one.target().startsWith(target)).toList();
  }

  public Path socket() {
    return socket;
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        var channel = listener.accept();
        Thread.ofVirtual().name("test-agent-connection").start(() -> serve(channel));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      var in = new BufferedInputStream(Channels.newInputStream(channel));
      var target = line(in).replaceFirst(" HTTP/1.1$", "");
      var headers = headers(in);
      var request = new Asked(target, headers, body(headers, in));
      asked.add(request);
      var answerer = answerer(target.replaceFirst("\\?.*$", ""));
      var exchange = new Exchange(Channels.newOutputStream(channel));
      if (answerer == null) {
        exchange.problem(Code.NOT_FOUND);
      } else {
        answerer.answer(request, exchange);
      }
    } catch (IOException e) {
      // Either side cut the connection; the test sees it at the other end.
      return;
    }
  }

  private @Nullable Answerer answerer(String target) {
    var exact = answers.get(target);
    return exact != null
        ? exact
        : prefixes.entrySet().stream()
            .filter(prefix -> target.startsWith(prefix.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(null);
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    var headers = new HashMap<String, String>();
    for (var header = line(in); !header.isEmpty(); header = line(in)) {
      var parts = header.split(":", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
    }
    return headers;
  }

  private byte[] body(Map<String, String> headers, InputStream in) throws IOException {
    return headers.getOrDefault("transfer-encoding", "").equals("chunked")
        ? chunks(in)
        : in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
  }

  private byte[] chunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = size(in); size > 0; size = size(in)) {
      var chunk = in.readNBytes(size);
      body.writeBytes(chunk);
      arriving.add(new String(chunk, StandardCharsets.UTF_8));
      line(in);
    }
    line(in);
    return body.toByteArray();
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("the client went away");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.US_ASCII).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(socket);
  }
}
