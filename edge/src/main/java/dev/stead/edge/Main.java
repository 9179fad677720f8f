package dev.stead.edge;

import dev.stead.edge.http.HttpEdge;
import dev.stead.edge.http.Transport;
import dev.stead.edge.memory.SpareHeap;
import dev.stead.edge.systemd.InheritedSockets;
import dev.stead.edge.systemd.NotifySocket;
import io.netty.util.concurrent.Ticker;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// The edge's process: `stead-edge --home DIR [--run DIR] [--port N] [--https-port N] [--bind
/// ADDRESS]`. Prints one line when it serves; ends on SIGTERM, and gently where another edge has
/// taken over. Under systemd it serves the sockets that are handed to it, and says how it is.
public final class Main {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private Main() {}

  public static void main(String[] flags) {
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    // Netty takes as long to find its native parts as the settings take to be read.
    Thread.ofPlatform().name("transport").start(Transport::best);
    try {
      long pid = ProcessHandle.current().pid();
      NotifySocket manager = NotifySocket.of(System.getenv(), pid);
      List<InheritedSockets.Inherited> inherited = InheritedSockets.of(System.getenv(), pid);
      Settings settings = Settings.read(List.of(flags), inherited);
      Files.createDirectories(settings.home());
      Edge edge =
          Edge.start(
              settings,
              bootId(),
              new HttpEdge.Time(Ticker.systemTicker(), InstantSource.system()),
              System.err);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(edge, manager), "stop"));
      edge.tell(manager, System.err);
      SpareHeap.lookAfter();
      manager.ready();
      System.out.println("edge: serving on port " + edge.port());
    } catch (IOException e) {
      System.err.println("edge: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void stop(Edge edge, NotifySocket manager) {
    try {
      manager.stopping();
      edge.retire();
      edge.close();
    } catch (IOException e) {
      System.err.println("edge: " + e.getMessage());
    }
  }

  /// Changes with every boot of the machine; empty where there is none, which is never trusted to
  /// be the same. The service manager's word goes before the kernel's: below a sandbox's own
  /// `/proc` a container shows the id of the machine around it.
  private static String bootId() throws IOException {
    var told = System.getenv("STEAD_BOOT_ID");
    if (told != null && !told.isEmpty()) {
      return told;
    }
    return Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "";
  }
}
