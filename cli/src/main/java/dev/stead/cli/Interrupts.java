package dev.stead.cli;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/// Catches a signal of this process (`INT`, `WINCH`) until closed. A shutdown hook would not do: it
/// runs once, cannot be taken back, and a second Ctrl-C could not be told from the first.
///
/// The only way to a signal from Java is `sun.misc.Signal` (module jdk.unsupported), which javac
/// refuses to compile against when warnings are errors; hence the reflection, here and nowhere
/// else. Where the class is missing, signals do what they always do.
final class Interrupts implements AutoCloseable {
  private static final String SIGNAL = "sun.misc.Signal";
  private static final String HANDLER = "sun.misc.SignalHandler";

  private final String name;
  private final @Nullable Object former;

  private Interrupts(String name, @Nullable Object former) {
    this.name = name;
    this.former = former;
  }

  /// Runs an action, on a thread of the runtime's, each time the signal arrives.
  static Interrupts on(String name, Runnable action) {
    try {
      var type = Class.forName(HANDLER);
      var handler =
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (_, method, _) -> {
                // The runtime asks a handler for nothing else.
                assert method.getName().equals("handle") : method;
                action.run();
                return null;
              });
      return new Interrupts(name, install(name, handler));
    } catch (ClassNotFoundException _) {
      return new Interrupts(name, null);
    }
  }

  @Override
  public void close() {
    if (former != null) {
      install(name, former);
    }
  }

  /// Installs a handler and returns the one before it.
  private static @Nullable Object install(String name, Object handler) {
    try {
      var signal = Class.forName(SIGNAL);
      var made = signal.getConstructor(String.class).newInstance(name);
      return signal.getMethod("handle", signal, Class.forName(HANDLER)).invoke(null, made, handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot handle signal " + name, e);
    }
  }
}
