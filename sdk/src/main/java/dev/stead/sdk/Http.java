package dev.stead.sdk;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.RequestConnControl;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.http.protocol.RequestUserAgent;

/// HTTP/1.1 over a unix socket, one connection per exchange. The control sockets of agent and edge
/// are both spoken to through this.
public final class Http {
  // Without the library's `Expect: 100-continue`: a body is sent at once. A server that does not
  // answer the expectation would leave the request waiting, since unix channels know no time-out.
  private static final HttpProcessor PROCESSOR =
      HttpProcessorBuilder.create()
          .addAll(
              new RequestContent(),
              new RequestTargetHost(),
              new RequestConnControl(),
              new RequestUserAgent())
          .build();

  private static final int BUFFER = 8192;

  private final Dialer dialer;
  private final Map<String, String> headers;

  /// Makes a client of one socket; connects anew for each request.
  ///
  /// @param headers sent with every request
  public Http(Path socket, Map<String, String> headers) {
    this(Dialer.to(socket), headers);
  }

  /// The same by a way of the caller's own.
  public Http(Dialer dialer, Map<String, String> headers) {
    this.dialer = dialer;
    this.headers = Map.copyOf(headers);
  }

  /// The same client with more headers.
  public Http with(Map<String, String> more) {
    var all = new HashMap<>(headers);
    all.putAll(more);
    return new Http(dialer, all);
  }

  /// Sends a request without a body.
  ///
  /// @throws IOException when nobody answers there
  public Answer send(String method, String path) throws IOException {
    return exchange(method, path, null);
  }

  /// Sends a request with a body of known length.
  public Answer send(String method, String path, byte[] body, String contentType)
      throws IOException {
    return exchange(method, path, new ByteArrayEntity(body, ContentType.parse(contentType)));
  }

  /// Sends a request with a body of known length, whose type stands in the headers.
  public Answer send(String method, String path, byte[] body) throws IOException {
    return exchange(method, path, new ByteArrayEntity(body, null));
  }

  /// Sends a request whose body is read from the stream until its end, chunked. Each read is sent
  /// at once: the stream may be a person who types.
  public Answer send(String method, String path, InputStream body) throws IOException {
    return exchange(
        method,
        path,
        new EntityTemplate(
            -1, ContentType.APPLICATION_OCTET_STREAM, null, out -> copyLive(body, out)));
  }

  // The connection belongs to the Answer from here on; it closes it.
  private Answer exchange(
      String method, String path, @org.jspecify.annotations.Nullable HttpEntity body)
      throws IOException {
    var channel = dialer.dial();
    var connection = new DefaultBHttpClientConnection(Http1Config.DEFAULT);
    var answered = false;
    try {
      connection.bind(new AgentSocket(channel));
      var request = new BasicClassicHttpRequest(method, path);
      request.setAuthority(new org.apache.hc.core5.net.URIAuthority("localhost"));
      request.setEntity(body);
      headers.forEach(request::setHeader);
      var context = HttpCoreContext.create();
      var executor = new HttpRequestExecutor();
      executor.preProcess(request, PROCESSOR, context);
      var response = executor.execute(request, connection, context);
      var entity = response.getEntity();
      answered = true;
      return new Answer(
          response.getCode(),
          headers(response),
          entity == null ? InputStream.nullInputStream() : entity.getContent(),
          connection);
    } catch (HttpException e) {
      throw new IOException("%s %s: %s".formatted(method, path, e.getMessage()), e);
    } catch (IOException e) {
      throw dialer.unanswered(e);
    } finally {
      if (!answered) {
        connection.close();
      }
    }
  }

  private static SortedMap<String, String> headers(HttpResponse response) {
    var found = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (var header : response.getHeaders()) {
      found.put(header.getName(), header.getValue());
    }
    return found;
  }

  /// Copies with a flush after every read; the library's own entity waits until its buffer is full.
  private static void copyLive(InputStream in, OutputStream out) throws IOException {
    var buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
      out.flush();
    }
  }

  /// An answer whose body has not been read yet. Closing it ends the connection, also in the middle
  /// of a body.
  ///
  /// @param headers by name, in any case
  public record Answer(
      int status, SortedMap<String, String> headers, InputStream body, Closeable connection)
      implements AutoCloseable {
    public byte[] bytes() throws IOException {
      return body.readAllBytes();
    }

    @Override
    public void close() {
      try {
        connection.close();
      } catch (IOException e) {
        throw new UncheckedIOException("closing a control connection", e);
      }
    }
  }
}
