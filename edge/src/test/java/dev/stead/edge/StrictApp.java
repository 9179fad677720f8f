package dev.stead.edge;

import dev.stead.edge.control.Service;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An app that takes nothing but what the edge may write (RFC 9112, with one `Host`, one framing
/// and one `X-Request-Id`), remembers the requests it sees, and calls everything else a fault. Its
/// answers say in [#SEEN] which request they are for.
final class StrictApp implements AutoCloseable {
  static final String SEEN = "seen-request";

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern REQUEST_LINE =
      Pattern.compile("(" + TOKEN + ") (/[!\"$-~]*|\\*) HTTP/1\\.1");
  private static final Pattern HEADER =
      Pattern.compile("(" + TOKEN + "): ?([\\t\\x20-\\x7e\\x80-\\xff]*)");
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{1,7}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
  private static final List<String> ONCE =
      List.of("host", "x-request-id", "content-length", "transfer-encoding");

  private final ServerSocket listener;
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("strict-app-", 0).factory());

  /// A request whose head has come whole.
  ///
  /// @param body what has come of it, bytes as Latin-1 characters
  /// @param chunked whether it came in chunks
  /// @param whole false when the edge has cut it short
  record Request(
      String method,
      String target,
      String host,
      String id,
      String body,
      boolean chunked,
      boolean whole) {
    String path() {
      int query = target.indexOf('?');
      return target.equals("*") ? "/" : query < 0 ? target : target.substring(0, query);
    }
  }

  /// What no edge may forward.
  private static final class Fault extends IOException {
    private static final long serialVersionUID = 1;

    Fault(String what) {
      super(what);
    }
  }

  StrictApp() throws IOException {
    listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  Service.Target target() {
    return new Service.Target("a", "127.0.0.1", listener.getLocalPort());
  }

  /// What has been seen since this was asked last.
  List<Request> takeRequests() {
    return drained(requests);
  }

  List<String> takeFaults() {
    return drained(faults);
  }

  private static <T> List<T> drained(Queue<T> queue) {
    List<T> all = new ArrayList<>();
    for (T next = queue.poll(); next != null; next = queue.poll()) {
      all.add(next);
    }
    return all;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        answer(in, socket.getOutputStream());
      }
    } catch (Fault e) {
      faults.add(e.getMessage());
    } catch (IOException e) {
      // The edge gives up a request whose client has left, and lets go of idle connections.
      return;
    }
  }

  private void answer(InputStream in, OutputStream out) throws IOException {
    String start = line(in);
    Matcher parts = REQUEST_LINE.matcher(start);
    if (!parts.matches()) {
      throw new Fault("no request line: " + start);
    }
    Map<String, String> headers = headers(in);
    for (String needed : List.of("host", "x-request-id")) {
      if (!headers.containsKey(needed)) {
        throw new Fault("no " + needed + " in " + start + " " + headers);
      }
    }
    if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
      send(out, "HTTP/1.1 100 Continue\r\n\r\n");
    }
    var body = new StringBuilder();
    boolean whole = false;
    try {
      body(in, headers, body);
      whole = true;
    } finally {
      requests.add(request(parts, headers, body.toString(), whole));
    }
    String id = headers.getOrDefault("x-request-id", "");
    String rest = parts.group(1).equals("HEAD") ? "" : "ok";
    send(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + SEEN + ": " + id + "\r\n\r\n" + rest);
  }

  private static Request request(
      Matcher parts, Map<String, String> headers, String body, boolean whole) {
    return new Request(
        parts.group(1),
        parts.group(2),
        headers.getOrDefault("host", ""),
        headers.getOrDefault("x-request-id", ""),
        body,
        headers.containsKey("transfer-encoding"),
        whole);
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      Matcher parts = HEADER.matcher(line);
      if (!parts.matches()) {
        throw new Fault("no header: " + line);
      }
      String name = parts.group(1).toLowerCase(Locale.ROOT);
      String before = headers.put(name, parts.group(2));
      if (before != null && ONCE.contains(name)) {
        throw new Fault("twice: " + line);
      }
    }
    return headers;
  }

  private static void body(InputStream in, Map<String, String> headers, StringBuilder body)
      throws IOException {
    String length = headers.get("content-length");
    String coding = headers.get("transfer-encoding");
    if (coding != null && (length != null || !coding.equals("chunked"))) {
      throw new Fault("two framings, or an unknown one: " + headers);
    }
    if (length != null && !DIGITS.matcher(length).matches()) {
      throw new Fault("no length: " + length);
    }
    if (coding != null) {
      chunks(in, body);
    } else if (length != null) {
      exactly(in, Long.parseLong(length), body);
    }
  }

  private static void chunks(InputStream in, StringBuilder body) throws IOException {
    for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
      exactly(in, size, body);
      if (!line(in).isEmpty()) {
        throw new Fault("a chunk longer than it says");
      }
    }
    headers(in);
  }

  private static int chunkSize(InputStream in) throws IOException {
    String size = line(in);
    if (!HEX.matcher(size).matches()) {
      throw new Fault("no chunk size: " + size);
    }
    return Integer.parseInt(size, 16);
  }

  private static void exactly(InputStream in, long length, StringBuilder body) throws IOException {
    for (long i = 0; i < length; i++) {
      body.append((char) next(in));
    }
  }

  /// Without its CRLF.
  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = next(in); next != '\n'; next = next(in)) {
      line.append((char) next);
    }
    int last = line.length() - 1;
    if (last < 0 || line.indexOf("\r") != last) {
      throw new Fault("a line with a bare CR or LF: " + line);
    }
    return line.substring(0, last);
  }

  private static int next(InputStream in) throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException();
    }
    return next;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
