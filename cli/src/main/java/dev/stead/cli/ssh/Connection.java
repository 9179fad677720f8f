package dev.stead.cli.ssh;

import dev.stead.sdk.Code;
import dev.stead.sdk.Dialer;
import dev.stead.sdk.Problem;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The connection to one server, shared by all commands of this user.
///
/// The first to need it starts a master, an `ssh` in the background that holds the one real
/// connection, and has it listen on a socket here whose other end is the agent's. Whoever comes
/// later connects to that socket and starts no program at all. A master that nobody has used for
/// ten minutes, or whose server has been silent for fifteen seconds, ends by itself.
///
/// Other processes may do the same at the same time: a file lock orders the making.
public final class Connection implements Dialer {
  /// The variable that names a file to use instead of `~/.ssh/config`.
  private static final String CONFIGURATION = "STEAD_SSH_CONFIG";

  private static final String AGENT_SOCKET = "/run/stead/agent.sock";
  private static final String DEPLOY_SOCKET = "/run/stead/deploy.sock";
  private static final String DEPLOY_USER = "stead-deploy-";
  private static final Duration LOOK_WITHIN = Duration.ofSeconds(20);

  /// Prints what stands between this user and the agent, and the user's name. A deploying user
  /// cannot run it. The kernel's table names a socket as it was bound, which the agent does under
  /// another ending.
  private static final String LOOK =
      """
      s=/run/stead/agent.sock
      if [ ! -e /opt/stead/current ]; then r=none; elif [ ! -e $s ]; then r=down; \
      elif [ ! -w $s ]; then r=denied; elif ! grep -q " 00010000 .* $s" /proc/net/unix; \
      then r=dead; else r=open; fi; echo "$r $(id -un)"\
      """;

  private final Destination destination;
  private final Ssh ssh;
  private final ControlDirectory.Sockets sockets;

  // How much ssh had said when a connection to the agent was last asked for.
  private volatile long logBefore;

  private Connection(Destination destination, Ssh ssh, ControlDirectory.Sockets sockets) {
    this.destination = destination;
    this.ssh = ssh;
    this.sockets = sockets;
  }

  /// Whether `ssh` may ask for a password or about an unknown host key.
  public enum Questions {
    ASKED,
    REFUSED
  }

  /// The connection to a server; nothing is opened yet.
  public static Connection to(Destination destination, Map<String, String> env, Questions questions)
      throws IOException {
    var configuration = env.getOrDefault(CONFIGURATION, "");
    var sockets = ControlDirectory.open(env).of(destination, configuration);
    return new Connection(
        destination, new Ssh(destination, configuration, questions, sockets), sockets);
  }

  public Destination destination() {
    return destination;
  }

  /// The socket here whose other end is the agent's, while the connection is open.
  public Path nearEnd() {
    return sockets.agent();
  }

  @Override
  public SocketChannel dial() throws IOException {
    logBefore = Files.exists(sockets.log()) ? Files.size(sockets.log()) : 0;
    var channel = tried();
    if (channel != null) {
      return channel;
    }
    open();
    channel = tried();
    if (channel == null) {
      throw new IOException("the connection to " + destination + " was lost as it was made");
    }
    return channel;
  }

  @Override
  public IOException unanswered(IOException cause) {
    try {
      var found = isDeploying() ? "" : ssh.output(LOOK, LOOK_WITHIN);
      boolean refused = said(logBefore).contains("open failed");
      var channel = refused ? Trouble.Channel.REFUSED : Trouble.Channel.OPENED;
      return new UnreachableException(Trouble.beyond(destination, found, channel), cause);
    } catch (IOException e) {
      cause.addSuppressed(e);
      return cause;
    }
  }

  /// Makes sure that the master runs and answers.
  ///
  /// @throws UnreachableException with the cause named
  public void open() throws IOException {
    try (var lock =
            FileChannel.open(sockets.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = lock.lock();
        var near = tried()) {
      if (near == null) {
        startMaster();
      }
    }
  }

  /// Ends the master; the next command makes a new one, with the groups that the user has by then.
  public void close() throws IOException {
    try (var lock =
            FileChannel.open(sockets.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = lock.lock()) {
      endMaster();
    }
  }

  /// Starts a command of the server's shell, through the master. Its three streams are the
  /// process's.
  public Process start(String command) throws IOException {
    openUnlessMaster();
    return ssh.start(command);
  }

  /// That the connection was lost while it was used.
  ///
  /// @param said what was said at that; may be empty
  public UnreachableException cut(String said) {
    return new UnreachableException(
        Problem.of(
            Code.SSH_CUT,
            "using the connection to " + destination,
            said.isBlank() ? "it was lost" : said.strip()));
  }

  /// Opens a TCP connection from the server to a port; its bytes are the process's streams.
  public Process tunnel(String host, int port) throws IOException {
    openUnlessMaster();
    return ssh.tunnel(host, port);
  }

  /// The address that `ssh` connects to, whatever alias was named.
  public String address() throws IOException {
    return ssh.resolved("hostname");
  }

  /// Whether the server is reached through another host.
  public boolean jumps() throws IOException {
    return !ssh.resolved("proxyjump").isEmpty() || !ssh.resolved("proxycommand").isEmpty();
  }

  // Not by a connection to the near end, as [#dial]: each of those asks the agent for something.
  private void openUnlessMaster() throws IOException {
    if (!Files.exists(sockets.control())) {
      open();
    }
  }

  private void startMaster() throws IOException {
    endMaster();
    Files.deleteIfExists(sockets.log());
    if (ssh.startMaster() != 0) {
      throw new UnreachableException(Trouble.connecting(destination, log()));
    }
    if (ssh.forward(sockets.agent(), agentSocket()) != 0) {
      throw new UnreachableException(Trouble.connecting(destination, log()));
    }
  }

  private void endMaster() throws IOException {
    if (Files.exists(sockets.control())) {
      ssh.endMaster();
    }
    Files.deleteIfExists(sockets.control());
    Files.deleteIfExists(sockets.agent());
  }

  private String agentSocket() throws IOException {
    if (!isDeploying()) {
      return AGENT_SOCKET;
    }
    return DEPLOY_SOCKET;
  }

  /// Whether the user may deploy one app and nothing else (`stead token`).
  private boolean isDeploying() throws IOException {
    return user().startsWith(DEPLOY_USER);
  }

  private String user() throws IOException {
    var named = destination.user();
    return named.isPresent() ? named.orElseThrow() : ssh.resolved("user");
  }

  /// A connection to the near end, when somebody listens there.
  private @Nullable SocketChannel tried() throws IOException {
    if (!Files.exists(sockets.agent())) {
      return null;
    }
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(sockets.agent()));
      return channel;
    } catch (IOException e) {
      // What a master left that is gone.
      channel.close();
      return null;
    }
  }

  private List<String> log() throws IOException {
    return said(0).lines().toList();
  }

  /// What ssh has said since its log had this size; all when it was made anew since.
  private String said(long since) throws IOException {
    if (!Files.exists(sockets.log())) {
      return "";
    }
    var text = Files.readString(sockets.log(), StandardCharsets.ISO_8859_1);
    return since <= text.length() ? text.substring((int) since) : text;
  }
}
