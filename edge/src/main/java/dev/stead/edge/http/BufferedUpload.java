package dev.stead.edge.http;

import dev.stead.edge.control.Service.Limits;
import dev.stead.edge.routing.Drain;
import dev.stead.edge.routing.LiveService;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A request's body that the edge takes whole before it asks a target, so that a slow client
/// occupies no worker of the app: up to [#MEMORY_BYTES_MAX] in memory, a larger one in a file.
///
/// In order: [#add] for each piece; while one is written to the file, the client's body is paused,
/// so that memory has no more than that of it; [Exchange#uploaded] once all is there. From then on
/// it can be sent any number of times ([#whole]) until [#close]. It has a length then, and no
/// trailers: a message with a length has none (RFC 9112 6.3).
final class BufferedUpload {
  /// Forms and API calls fit into it and never touch the disk; what is larger goes there in writes
  /// of this size.
  private static final int MEMORY_BYTES_MAX = 64 * 1024;

  private static final long IDLE_NANOS = Duration.ofSeconds(60).toNanos();

  private final Exchange exchange;
  private final Client client;
  private final Uploads uploads;
  private final Limits limits;
  private ByteBuf memory = Unpooled.buffer();
  private @Nullable UploadFile file;
  private @Nullable Drain retirement;
  private long bytes;
  private boolean crowded;
  private boolean ended;
  private boolean writing;
  private boolean paused;
  private boolean closed;

  /// Since when nothing has come, nor been written.
  private long movedNanos;

  BufferedUpload(Exchange exchange, Client client, Limits limits) {
    this.exchange = exchange;
    this.client = client;
    this.uploads = client.worker().uploads();
    this.limits = limits;
    this.movedNanos = client.worker().nanos();
  }

  /// Whether the service wants the request's body taken so.
  static boolean wanted(LiveService service, Inbound inbound) {
    return service.listed().forwarding().bufferUploads()
        && inbound.hasBody()
        && inbound.upgrade() == null;
  }

  /// A piece of the body, or its end.
  void add(HttpContent piece) {
    movedNanos = client.worker().nanos();
    int more = piece.content().readableBytes();
    bytes += more;
    memory.writeBytes(piece.content());
    piece.release();
    ended |= piece instanceof LastHttpContent;
    crowded = !uploads.weigh(more);
    if (!writing) {
      goOn();
    }
  }

  private void goOn() {
    boolean spills = crowded || memory.readableBytes() > MEMORY_BYTES_MAX;
    if (memory.isReadable() && (spills || (ended && file != null))) {
      write();
    } else if (ended) {
      exchange.uploaded();
    } else if (paused) {
      paused = false;
      client.resumeBody();
    }
  }

  private void write() {
    writing = true;
    if (!ended) {
      paused = true;
      client.pauseBody();
    }
    UploadFile into = file == null ? uploads.file() : file;
    file = into;
    ByteBuf full = memory;
    int weight = full.readableBytes();
    memory = Unpooled.buffer();
    uploads.append(into, full, kept -> client.worker().loop().execute(() -> written(weight, kept)));
  }

  private void written(int weight, boolean kept) {
    writing = false;
    movedNanos = client.worker().nanos();
    crowded = !uploads.weigh(-weight);
    if (closed) {
      free();
    } else if (kept) {
      goOn();
    } else {
      exchange.failAndClose(
          EdgeError.UPLOADS_FULL, "The edge has no room for the request's body now.");
    }
  }

  /// Whether nothing but more of the body is waited for.
  boolean awaitsClient() {
    return !ended && !writing && !closed;
  }

  void sweep(long nowNanos) {
    if (retirement == null && client.worker().retiring()) {
      retirement = Drain.begin(limits, nowNanos);
    }
    if (retirement != null && retirement.endsRequest(nowNanos)) {
      exchange.failAndClose(EdgeError.DRAINED, "The edge was replaced before the body had come.");
    } else if (awaitsClient() && nowNanos - movedNanos > IDLE_NANOS) {
      exchange.failAndClose(EdgeError.BODY_TIMEOUT, "The rest of the request's body did not come.");
    }
  }

  /// Makes a request's headers say how it comes now.
  void frame(HttpHeaders headers) {
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    headers.remove(HttpHeaderNames.TRAILER);
    headers.remove(HttpHeaderNames.EXPECT);
    headers.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(bytes));
  }

  /// The body and its end, as an [Upstream] takes them.
  Object whole() {
    return file == null
        ? new DefaultLastHttpContent(Unpooled.copiedBuffer(memory))
        : new HttpChunkedInput(file.pieces());
  }

  /// Nothing will be sent any more. Does nothing the second time.
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!writing) {
      free();
    }
  }

  private void free() {
    uploads.weigh(-memory.readableBytes());
    memory = Unpooled.EMPTY_BUFFER;
    if (file != null) {
      uploads.drop(file);
      file = null;
    }
  }
}
