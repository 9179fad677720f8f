package dev.stead.edge;

import dev.stead.edge.control.Service;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An app that speaks gRPC, by the library that such apps use. Its messages are texts.
final class GrpcApp implements AutoCloseable {
  static final Metadata.Key<String> REASON =
      Metadata.Key.of("reason", Metadata.ASCII_STRING_MARSHALLER);

  /// Sends its message back, with the app's id in front.
  static final MethodDescriptor<String, String> ECHO = method("Echo", MethodType.UNARY);

  /// Counts up to its message.
  static final MethodDescriptor<String, String> COUNT =
      method("Count", MethodType.SERVER_STREAMING);

  /// Answers how many messages there were.
  static final MethodDescriptor<String, String> TALLY =
      method("Tally", MethodType.CLIENT_STREAMING);

  /// Sends each message back as it comes.
  static final MethodDescriptor<String, String> CHAT = method("Chat", MethodType.BIDI_STREAMING);

  /// Fails, with its message for the reason.
  static final MethodDescriptor<String, String> FAIL = method("Fail", MethodType.UNARY);

  /// Never answers.
  static final MethodDescriptor<String, String> WAIT = method("Wait", MethodType.UNARY);

  private final String id;
  private final Server server;
  private final AtomicInteger waiting = new AtomicInteger();

  /// @param others what it serves beside its own
  GrpcApp(String id, BindableService... others) throws IOException {
    this.id = id;
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .executor(
                Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("app-" + id + "-", 0).factory()))
            .addService(service());
    for (BindableService other : others) {
      builder.addService(other);
    }
    this.server = builder.build().start();
  }

  private static MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("shop.Orders", name))
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text())
        .build();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("shop.Orders")
        .addMethod(ECHO, ServerCalls.asyncUnaryCall(this::echo))
        .addMethod(COUNT, ServerCalls.asyncServerStreamingCall(GrpcApp::count))
        .addMethod(TALLY, ServerCalls.asyncClientStreamingCall(Tally::new))
        .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(Chat::new))
        .addMethod(FAIL, ServerCalls.asyncUnaryCall(GrpcApp::fail))
        .addMethod(WAIT, ServerCalls.asyncUnaryCall(this::await))
        .build();
  }

  private void echo(String message, StreamObserver<String> answer) {
    answer.onNext(id + " " + message);
    answer.onCompleted();
  }

  private static void count(String upTo, StreamObserver<String> answer) {
    for (int i = 1; i <= Integer.parseInt(upTo); i++) {
      answer.onNext(Integer.toString(i));
    }
    answer.onCompleted();
  }

  private record Chat(StreamObserver<String> answer) implements StreamObserver<String> {
    @Override
    public void onNext(String message) {
      answer.onNext(message);
    }

    @Override
    public void onError(Throwable cancelled) {}

    @Override
    public void onCompleted() {
      answer.onCompleted();
    }
  }

  private static final class Tally implements StreamObserver<String> {
    private final StreamObserver<String> answer;
    private int messages;

    Tally(StreamObserver<String> answer) {
      this.answer = answer;
    }

    @Override
    public void onNext(String message) {
      messages++;
    }

    @Override
    public void onError(Throwable cancelled) {}

    @Override
    public void onCompleted() {
      answer.onNext(Integer.toString(messages));
      answer.onCompleted();
    }
  }

  private static void fail(String reason, StreamObserver<String> answer) {
    var trailers = new Metadata();
    trailers.put(REASON, reason);
    answer.onError(
        Status.FAILED_PRECONDITION.withDescription("100 % sold out").asException(trailers));
  }

  private void await(String message, StreamObserver<String> answer) {
    ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(waiting::decrementAndGet);
    waiting.incrementAndGet();
  }

  /// How many calls wait that have not been cancelled.
  int waiting() {
    return waiting.get();
  }

  Service.Target target() {
    return new Service.Target(id, "127.0.0.1", server.getPort());
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new AssertionError("the app does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
