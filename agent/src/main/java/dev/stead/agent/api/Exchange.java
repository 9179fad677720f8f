package dev.stead.agent.api;

import dev.stead.agent.api.Door.Audience;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.Wire;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// One request and its answer, in blocking form. Made on the event loop, then used by the one
/// virtual thread that serves it; or by the event loop on, once its body has arrived
/// ([#whenArrived]), when nothing here waits any more.
final class Exchange {
  /// Largest JSON body.
  static final int JSON_BYTES_MAX = 1 << 20;

  private static final String JSON = "application/json";
  private static final String OCTETS = "ISO-8859-1";

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final RequestBody body;
  private final Caller caller;
  private final Audience audience;
  // Guarded by this.
  private boolean left;
  private Runnable whenLeft = () -> {};

  private Map<String, String> names = Map.of();
  private boolean mayWait = true;

  Exchange(HttpServerRequest request, Audience audience, Context eventLoop) {
    this.audience = audience;
    this.request = request;
    this.response = request.response();
    this.body = new RequestBody(request, eventLoop);
    this.caller = Caller.of(request);
    response.closeHandler(_ -> left());
  }

  String method() {
    return request.method().name();
  }

  String path() {
    return Objects.requireNonNullElse(request.path(), "");
  }

  @Override
  public String toString() {
    return method() + " " + path();
  }

  void named(Map<String, String> found) {
    names = found;
  }

  /// What the path has in the place of `{name}`.
  String name(String name) {
    var found = names.get(name);
    if (found == null) {
      throw new IllegalStateException("the route of %s has no {%s}".formatted(this, name));
    }
    return found;
  }

  String app() {
    return name("app");
  }

  /// Whom the socket is for that this came by.
  Audience audience() {
    return audience;
  }

  /// Who asks: the socket's mode is what lets only those ask who may.
  Caller caller() {
    return caller;
  }

  Query query() {
    request.setParamsCharset(OCTETS);
    return new Query(request.params());
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  /// How many bytes the body has, as its head says; [Long#MAX_VALUE] where it does not.
  long bodyBytes() {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? Long.MAX_VALUE : Long.parseLong(length);
  }

  /// Whether the client has not yet read what it was answered before.
  boolean isBehind() {
    return response.writeQueueFull();
  }

  /// Goes on on the event loop once the body is there, or has broken off. From here on nothing
  /// waits, neither for the body nor for the client.
  void whenArrived(Runnable action) {
    mayWait = false;
    body.whenArrived(action);
  }

  InputStream body() {
    return body;
  }

  /// The whole body.
  byte[] bytes(int bytesMax) throws IOException {
    return body.readAll(bytesMax);
  }

  /// The body as a record.
  ///
  /// @throws IllegalArgumentException when it is none
  <T> T json(Class<T> type) throws IOException {
    return json(type, JSON_BYTES_MAX);
  }

  /// The same for one that may be larger than most.
  <T> T json(Class<T> type, int bytesMax) throws IOException {
    return Wire.read(bytes(bytesMax), type);
  }

  /// Puts a header on the answer to come.
  Exchange with(String header, String value) {
    response.putHeader(header, value);
    return this;
  }

  /// Makes the answer to come one with another status than 200.
  Exchange status(int status) {
    response.setStatusCode(status);
    return this;
  }

  /// Answers with bytes.
  void answer(String contentType, byte[] bytes) throws IOException {
    body.discard();
    response.putHeader("Content-Type", contentType);
    end(bytes);
  }

  /// Answers 200 with a record.
  void answer(Object record) throws IOException {
    send(200, record);
  }

  /// Answers 202: begun, and watched elsewhere.
  void accepted(Object record) throws IOException {
    send(202, record);
  }

  /// Answers 204.
  void done() throws IOException {
    endWithoutBody(204);
  }

  /// Answers 304: the caller has it.
  void notModified() throws IOException {
    endWithoutBody(304);
  }

  private void endWithoutBody(int status) throws IOException {
    body.discard();
    response.setStatusCode(status);
    AnswerStream.await(response.end());
  }

  /// Answers with what a code's status says. Where the answer has begun, all that is left is to cut
  /// it off, so that nobody takes it for whole.
  void refuse(Problem problem) throws IOException {
    if (response.headWritten()) {
      cut();
      return;
    }
    send(Code.find(problem.code()).map(Code::status).orElse(500), problem);
  }

  /// Begins an answer without a known end; its head is sent at once.
  AnswerStream stream(String contentType) throws IOException {
    body.discard();
    response.setChunked(true).putHeader("Content-Type", contentType);
    AnswerStream.await(response.writeHead());
    return new AnswerStream(response);
  }

  /// Ends the connection in the middle of whatever is under way.
  void cut() {
    request.connection().close();
  }

  /// What to do when the client closes its connection before it has the whole answer, or has done
  /// so already; on the event loop, so it may not block.
  void whenClientLeaves(Runnable action) {
    boolean already;
    synchronized (this) {
      whenLeft = action;
      already = left;
    }
    if (already) {
      action.run();
    }
  }

  synchronized boolean clientLeft() {
    return left;
  }

  private void left() {
    Runnable action;
    synchronized (this) {
      left = true;
      action = whenLeft;
    }
    action.run();
  }

  private void send(int status, Object record) throws IOException {
    body.discard();
    response.setStatusCode(status).putHeader("Content-Type", JSON);
    end(Wire.write(record));
  }

  /// Waits only for a client that is behind with reading: whether one that is not has left before
  /// its answer came changes nothing here, and waiting would cost each request two changes of
  /// thread.
  private void end(byte[] bytes) throws IOException {
    var isBehind = mayWait && isBehind();
    var written = response.end(Buffer.buffer(bytes));
    if (isBehind) {
      AnswerStream.await(written);
    }
  }
}
