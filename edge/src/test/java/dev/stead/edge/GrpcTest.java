package dev.stead.edge;

import static dev.stead.edge.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stead.edge.control.Service;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// gRPC as its own library speaks it, through TLS, to an app of that library.
@ExtendWith(NoLeaks.class)
final class GrpcTest {
  private static final int ROLLOUTS = 6;
  private static final int CALLERS = 4;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private EdgeUnderTest edge;
  private ManagedChannel channel;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    var authority = new Authority();
    edge = new EdgeUnderTest();
    edge.certify(authority.certificate("app.test"));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", edge.httpsPort())
            .overrideAuthority("app.test")
            .sslContext(
                GrpcSslContexts.forClient()
                    .trustManager(authority.rootFile(directory).toFile())
                    .build())
            .disableRetry()
            .build();
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    edge.close();
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  private GrpcApp app(String id) throws IOException {
    var app = new GrpcApp(id);
    opened.add(app);
    return app;
  }

  private GrpcApp served() throws IOException {
    GrpcApp app = app("a");
    edge.serve(h2c(app));
    return app;
  }

  private static Service h2c(GrpcApp... apps) {
    return Tables.speaking(
        Tables.service(List.of(apps).stream().map(GrpcApp::target).toList()), Service.Protocol.H2C);
  }

  private String ask(MethodDescriptor<String, String> method, String message) {
    return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, message);
  }

  private StatusRuntimeException failure(MethodDescriptor<String, String> method, String message) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> ask(method, message));
  }

  /// What comes of a call, in order; its end is the status's name.
  private static final class Events implements StreamObserver<String> {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void onNext(String message) {
      events.add(message);
    }

    @Override
    public void onError(Throwable failed) {
      events.add(Status.fromThrowable(failed).getCode().name());
    }

    @Override
    public void onCompleted() {
      events.add("OK");
    }

    @Nullable String next() throws InterruptedException {
      return events.poll(10, TimeUnit.SECONDS);
    }
  }

  private StreamObserver<String> begin(
      MethodDescriptor<String, String> method, StreamObserver<String> answers) {
    return ClientCalls.asyncBidiStreamingCall(
        channel.newCall(method, CallOptions.DEFAULT), answers);
  }

  @Test
  void oneMessageIsAnsweredByOneHoweverLarge() throws IOException {
    served();
    assertThat(ask(GrpcApp.ECHO, "hello")).isEqualTo("a hello");
    String large = "x".repeat(3_000_000);
    assertThat(ask(GrpcApp.ECHO, large)).isEqualTo("a " + large);
  }

  @Test
  void aStreamOfAnswersComesWhole() throws IOException {
    served();
    List<String> answers = new ArrayList<>();
    ClientCalls.blockingServerStreamingCall(channel, GrpcApp.COUNT, CallOptions.DEFAULT, "10000")
        .forEachRemaining(answers::add);
    assertThat(answers).hasSize(10_000).last().isEqualTo("10000");
  }

  @Test
  void aStreamOfMessagesIsAnsweredAtItsEnd() throws Exception {
    served();
    var answers = new Events();
    StreamObserver<String> messages = begin(GrpcApp.TALLY, answers);
    for (int i = 0; i < 2_000; i++) {
      messages.onNext("message " + i);
    }
    messages.onCompleted();
    assertThat(answers.next()).isEqualTo("2000");
    assertThat(answers.next()).isEqualTo("OK");
  }

  @Test
  void bothSidesTalkInTurn() throws Exception {
    served();
    var answers = new Events();
    StreamObserver<String> messages = begin(GrpcApp.CHAT, answers);
    for (int i = 0; i < 100; i++) {
      messages.onNext("message " + i);
      assertThat(answers.next()).isEqualTo("message " + i);
    }
    assertThat(edge.target("a")).isNotNull().matches(a -> a.streams() == 1 && a.requests() == 0);
    messages.onCompleted();
    assertThat(answers.next()).isEqualTo("OK");
    eventually("nothing in flight", () -> edge.inFlight("a") == 0);
  }

  @Test
  void aFailureComesWithItsTrailers() throws IOException {
    served();
    StatusRuntimeException failure = failure(GrpcApp.FAIL, "none left");
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(failure.getStatus().getDescription()).isEqualTo("100 % sold out");
    assertThat(failure.getTrailers())
        .isNotNull()
        .matches(trailers -> "none left".equals(trailers.get(GrpcApp.REASON)));
  }

  @Test
  void whoGivesUpEndsTheCallAtTheApp() throws Exception {
    GrpcApp app = served();
    var answers = new Events();
    ClientCall<String, String> call = channel.newCall(GrpcApp.WAIT, CallOptions.DEFAULT);
    ClientCalls.asyncUnaryCall(call, "x", answers);
    eventually("the app has it", () -> app.waiting() == 1);
    call.cancel("no longer wanted", null);
    eventually("the app is told", () -> app.waiting() == 0);
    assertThat(answers.next()).isEqualTo("CANCELLED");
    eventually("nothing in flight", () -> edge.inFlight("a") == 0);
  }

  @Test
  void aDeadlineEndsTheCallOnBothSides() throws Exception {
    GrpcApp app = served();
    var answers = new Events();
    ClientCalls.asyncUnaryCall(
        channel.newCall(GrpcApp.WAIT, CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.SECONDS)),
        "x",
        answers);
    eventually("the app has it", () -> app.waiting() == 1);
    assertThat(answers.next()).isEqualTo("DEADLINE_EXCEEDED");
    eventually("the app is told", () -> app.waiting() == 0);
  }

  @Test
  void whatTheEdgeRefusesIsUnavailable() throws IOException {
    edge.serve(h2c());
    Status status = failure(GrpcApp.ECHO, "x").getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).startsWith("S-503-NO-TARGET: ");
  }

  @Test
  void inMaintenanceTheHealthServiceSaysServingAndNothingElseIsAvailable() throws IOException {
    Service service = Tables.in(h2c(app("a")), Service.Mode.MAINTENANCE);
    edge.serve(Tables.probed(service, "grpc"));
    var health = HealthGrpc.newBlockingStub(channel);
    for (String asked : List.of("", "shop.Orders")) {
      HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(asked).build();
      assertThat(health.check(request).getStatus()).isEqualTo(ServingStatus.SERVING);
    }
    Status status = failure(GrpcApp.ECHO, "x").getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).startsWith("S-503-MAINTENANCE: ");

    edge.serve(Tables.probed(service, "tcp"));
    assertThatThrownBy(() -> health.check(HealthCheckRequest.getDefaultInstance()))
        .hasMessageContaining("S-503-MAINTENANCE");
  }

  @Test
  void anAppThatDiesMakesItsCallsUnavailable() throws Exception {
    GrpcApp app = served();
    var answers = new Events();
    StreamObserver<String> messages = begin(GrpcApp.CHAT, answers);
    messages.onNext("before");
    assertThat(answers.next()).isEqualTo("before");
    app.close();
    assertThat(answers.next()).isIn("UNAVAILABLE", "CANCELLED");
  }

  @Test
  void rolloutsUnderLoadFailNoCall() throws Exception {
    GrpcApp live = app("r0");
    edge.serve(h2c(live));
    var load = new Load();
    List<FutureTask<Boolean>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(start("caller-" + i, i % 2 == 0 ? () -> calls(load) : () -> chats(load)));
    }
    for (int i = 1; i <= ROLLOUTS; i++) {
      int before = load.made.get();
      eventually("the load is on", () -> load.made.get() > before + CALLERS);
      GrpcApp next = app("r" + i);
      edge.serve(h2c(next));
      assertThat(edge.drained("r" + (i - 1)).get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
      live.close();
      live = next;
      assertThat(ask(GrpcApp.ECHO, "x")).isEqualTo("r" + i + " x");
    }
    load.over.set(true);
    for (FutureTask<Boolean> caller : callers) {
      assertThat(caller.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static FutureTask<Boolean> start(String name, Callable<Boolean> act) {
    var task = new FutureTask<>(act);
    Thread.ofVirtual().name(name).start(task);
    return task;
  }

  private static final class Load {
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
  }

  /// One call after the other; the first that fails ends it.
  private boolean calls(Load load) {
    while (!load.over.get()) {
      assertThat(ask(GrpcApp.ECHO, "a call")).endsWith(" a call");
      load.made.incrementAndGet();
    }
    return true;
  }

  /// One short conversation after the other.
  private boolean chats(Load load) throws InterruptedException {
    while (!load.over.get()) {
      var answers = new Events();
      StreamObserver<String> messages = begin(GrpcApp.CHAT, answers);
      for (String message : List.of("one", "two", "three")) {
        messages.onNext(message);
        assertThat(answers.next()).isEqualTo(message);
      }
      messages.onCompleted();
      assertThat(answers.next()).isEqualTo("OK");
      load.made.incrementAndGet();
    }
    return true;
  }
}
