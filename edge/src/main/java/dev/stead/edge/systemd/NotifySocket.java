package dev.stead.edge.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whoever keeps this process running and wants to know how it is: sd_notify(3). A message is a
/// datagram to the unix socket named by `NOTIFY_SOCKET`; where there is none, nobody is told.
///
/// The JDK has no datagrams on unix sockets, so libc is called. Any thread may speak.
public final class NotifySocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
  private static final int ADDRESS_BYTES_MAX = 108;

  /// So many times within the watchdog's time it is told that all is well.
  private static final int SIGNS_OF_LIFE = 3;

  private final @Nullable String socket;
  private final Optional<Duration> watchdog;

  private NotifySocket(@Nullable String socket, Optional<Duration> watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /// Reads what the manager left in the environment.
  ///
  /// @param pid this process
  /// @throws IOException when it cannot be understood
  public static NotifySocket of(Map<String, String> environment, long pid) throws IOException {
    String socket = environment.get("NOTIFY_SOCKET");
    if (socket != null && !socket.startsWith("/") && !socket.startsWith("@")) {
      throw new IOException("NOTIFY_SOCKET names no unix socket: " + socket);
    }
    if (socket != null && socket.getBytes(StandardCharsets.UTF_8).length >= ADDRESS_BYTES_MAX) {
      throw new IOException("NOTIFY_SOCKET is longer than a unix socket's address: " + socket);
    }
    return new NotifySocket(socket, watchdog(environment, pid));
  }

  private static Optional<Duration> watchdog(Map<String, String> environment, long pid)
      throws IOException {
    String micros = environment.get("WATCHDOG_USEC");
    String meant = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
    if (micros == null || !meant.equals(Long.toString(pid))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Duration.of(Long.parseLong(micros), ChronoUnit.MICROS));
    } catch (NumberFormatException e) {
      throw new IOException("WATCHDOG_USEC is no number: " + micros, e);
    }
  }

  /// How often [#alive] is to be said, when it is expected at all: whoever falls silent for three
  /// times as long is killed.
  public Optional<Duration> signOfLifeEvery() {
    return watchdog.map(time -> time.dividedBy(SIGNS_OF_LIFE));
  }

  /// The process serves.
  public void ready() throws IOException {
    say("READY=1");
  }

  /// The process has begun to end.
  public void stopping() throws IOException {
    say("STOPPING=1");
  }

  /// The process does what it is there for.
  public void alive() throws IOException {
    say("WATCHDOG=1");
  }

  private void say(String message) throws IOException {
    if (socket != null) {
      Libc.send(socket, message);
    }
  }

  /// The three functions of libc that it takes. Loaded only where somebody is to be told.
  private static final class Libc {
    private static final String ERRNO = "errno";
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout ERRORS = Linker.Option.captureStateLayout();
    private static final MethodHandle SOCKET =
        function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SENDTO =
        function(
            "sendto",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE =
        function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Libc() {}

    @SuppressWarnings("restricted") // as the launcher grants native access
    private static MethodHandle function(String name, FunctionDescriptor signature) {
      return LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow(name),
          signature,
          Linker.Option.captureCallState(ERRNO));
    }

    /// A call into libc.
    private interface Native {
      long call() throws Throwable;
    }

    static void send(String socket, String message) throws IOException {
      try (var arena = Arena.ofConfined()) {
        MemorySegment errors = arena.allocate(ERRORS);
        long descriptor =
            call(() -> (int) SOCKET.invokeExact(errors, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0));
        long sent = -1;
        int error = errno(errors);
        if (descriptor >= 0) {
          byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
          MemorySegment payload = arena.allocateFrom(JAVA_BYTE, bytes);
          MemorySegment address = address(arena, socket);
          int length = Math.toIntExact(address.byteSize());
          sent =
              call(
                  () ->
                      (long)
                          SENDTO.invokeExact(
                              errors,
                              (int) descriptor,
                              payload,
                              (long) bytes.length,
                              MSG_DONTWAIT_NOSIGNAL,
                              address,
                              length));
          error = errno(errors);
          call(() -> (int) CLOSE.invokeExact(errors, (int) descriptor));
        }
        if (sent < 0) {
          throw new IOException(
              "cannot tell the service manager %s at %s: errno %d"
                  .formatted(message, socket, error));
        }
      }
    }

    /// sockaddr_un: the family, then the path, or after a NUL byte an abstract name.
    private static MemorySegment address(Arena arena, String socket) {
      byte[] name = socket.getBytes(StandardCharsets.UTF_8);
      if (name[0] == '@') {
        name[0] = 0;
      }
      MemorySegment address = arena.allocate(Short.BYTES + (long) name.length, Short.BYTES);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, JAVA_BYTE, Short.BYTES, name.length);
      return address;
    }

    private static int errno(MemorySegment errors) {
      return errors.get(JAVA_INT, ERRORS.byteOffset(MemoryLayout.PathElement.groupElement(ERRNO)));
    }

    private static long call(Native function) {
      try {
        return function.call();
      } catch (Throwable e) {
        throw new IllegalStateException("calling libc", e);
      }
    }
  }
}
