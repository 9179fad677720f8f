import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// Whoever uses the edge while a distribution is built, so that its AOT cache holds what real
/// traffic loads and makes hot.
///
/// ```
/// Visitors certify EDGE-SOCKET KEY-STORE     has the edge serve the key store's certificate
/// Visitors visit EDGE-SOCKET KEY-STORE PATH  asks for the path, over and over, in every way that browsers have
/// ```
///
/// The key store is PKCS#12 with one key, `site`, for the host `site.localhost`.
public final class Visitors {
  private static final String HOST = "site.localhost";
  private static final String ALIAS = "site";
  private static final char[] PASSWORD = "rehearsal".toCharArray();

  private static final int CONNECTIONS = 8;

  /// What the compiler is to find hot has to be called some ten thousand times.
  private static final int PLAIN_EACH = 2_500;
  private static final int TLS_EACH = 1_500;
  private static final int HTTP_2_EACH = 1_500;
  private static final int HANDSHAKES_EACH = 60;

  private static final String BROWSER =
      """
      GET %s HTTP/1.1\r
      Host: %s\r
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r
      Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
      Accept-Language: en-US,en;q=0.5\r
      %sCookie: session=8f14e45fceea167a5a36dedd4bea2543\r
      Connection: %s\r
      \r
      """;
  private static final String CODINGS = "Accept-Encoding: gzip, deflate, br, zstd\r\n";
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

  private final Path edge;
  private final KeyStore keys;
  private final String path;

  private Visitors(Path edge, KeyStore keys, String path) {
    this.edge = edge;
    this.keys = keys;
    this.path = path;
  }

  public static void main(String[] args) throws Exception {
    var keys = KeyStore.getInstance(Path.of(args[2]).toFile(), PASSWORD);
    switch (args[0]) {
      case "certify" -> new Visitors(Path.of(args[1]), keys, "").certify();
      case "visit" -> new Visitors(Path.of(args[1]), keys, args[3]).visit();
      default -> throw new IllegalArgumentException("certify or visit, not " + args[0]);
    }
  }

  private void certify() throws IOException, GeneralSecurityException {
    var certificate =
        "{\"hosts\": [\"%s\"], \"chain-pem\": \"%s\", \"key-pem\": \"%s\"}"
            .formatted(
                HOST,
                pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()),
                pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD).getEncoded()));
    told("PUT", "/v1/certificates", "{\"generation\": 1, \"certificates\": [" + certificate + "]}");
  }

  /// As it stands in JSON.
  private static String pem(String what, byte[] der) {
    var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, body).replace("\n", "\\n");
  }

  private void visit() throws Exception {
    var report = told("GET", "/v1/status", "");
    var http = port("http", report);
    var https = port("https", report);
    var tls = tls();
    together(() -> stay(new Socket(InetAddress.getLoopbackAddress(), http), PLAIN_EACH));
    together(() -> stay(shaken(tls, https), TLS_EACH));
    together(() -> comeAgain(tls, https));
    together(() -> multiplex(tls, https));
  }

  private static int port(String name, String report) {
    Matcher found = Pattern.compile("\"%s-port\": ?(\\d+)".formatted(name)).matcher(report);
    if (!found.find()) {
      throw new IllegalStateException("the edge does not say its %s port: %s".formatted(name, report));
    }
    return Integer.parseInt(found.group(1));
  }

  /// Trusts the key store's own certificate.
  private SSLContext tls() throws IOException, GeneralSecurityException {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private static void together(Callable<?> visitor) throws InterruptedException, ExecutionException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> visits = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        visits.add(threads.submit(visitor));
      }
      for (Future<?> each : visits) {
        each.get();
      }
    }
  }

  /// Every second request takes the answer compressed.
  private Void stay(Socket opened, int requests) throws IOException {
    try (Socket socket = opened) {
      for (int i = 0; i < requests; i++) {
        ask(socket, i % 2 == 0 ? "" : CODINGS, "keep-alive");
      }
    }
    return null;
  }

  private Void comeAgain(SSLContext tls, int port) throws IOException {
    for (int i = 0; i < HANDSHAKES_EACH; i++) {
      try (SSLSocket socket = shaken(tls, port)) {
        ask(socket, "", "close");
        socket.getSession().invalidate(); // the next one is a full handshake again
      }
    }
    return null;
  }

  private static SSLSocket shaken(SSLContext tls, int port) throws IOException {
    var plain = new Socket(InetAddress.getLoopbackAddress(), port);
    var socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, HOST, port, true);
    socket.startHandshake();
    return socket;
  }

  private void ask(Socket socket, String codings, String connection) throws IOException {
    var request = BROWSER.formatted(path, HOST, codings, connection);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    var head = head(socket.getInputStream());
    if (!head.startsWith("HTTP/1.1 200 ")) {
      throw new IOException("the edge answered " + head);
    }
    body(socket.getInputStream(), head);
  }

  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    int ends = 0;
    while (ends < 4) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the edge closed the connection");
      }
      head.write(next);
      ends = next == '\r' || next == '\n' ? ends + 1 : 0;
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  private static void body(InputStream in, String head) throws IOException {
    Matcher sized = LENGTH.matcher(head);
    if (sized.find()) {
      in.skipNBytes(Long.parseLong(sized.group(1)));
      return;
    }
    var line = new StringBuilder();
    long size;
    do {
      line.setLength(0);
      for (int next = in.read(); next != '\n'; next = in.read()) {
        line.append((char) next);
      }
      size = Long.parseLong(line.toString().strip(), 16);
      in.skipNBytes(size + 2);
    } while (size > 0);
  }

  private Void multiplex(SSLContext tls, int port) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("https://%s:%d%s".formatted(HOST, port, path)))
            .header("accept-encoding", "gzip, deflate, br, zstd")
            .build();
    try (var client = HttpClient.newBuilder().sslContext(tls).build()) {
      for (int i = 0; i < HTTP_2_EACH; i++) {
        var answer = client.send(request, BodyHandlers.discarding());
        if (answer.statusCode() != 200 || answer.version() != HttpClient.Version.HTTP_2) {
          throw new IOException("the edge answered " + answer);
        }
      }
    }
    return null;
  }

  /// Says something to the edge itself, and returns what it answers.
  private String told(String method, String what, String body) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(edge));
      var request =
          "%s %s HTTP/1.1\r\nHost: edge\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(method, what, body.length(), body);
      var rest = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      var answer = new ByteArrayOutputStream();
      var buffer = ByteBuffer.allocate(16 * 1024);
      while (channel.read(buffer) >= 0) {
        answer.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      var said = answer.toString(StandardCharsets.UTF_8);
      if (!said.startsWith("HTTP/1.1 200 ")) {
        throw new IOException("the edge answered " + said);
      }
      return said;
    }
  }
}
