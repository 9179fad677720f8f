package dev.stead.edge.http;

/// The way to a target, as the one [Attempt] that has it sees it: takes the request and gives the
/// answer. An [UpstreamConnection] of HTTP/1.1, or an [UpstreamStream] of HTTP/2. Lives on its
/// attempt's loop.
interface Upstream {
  /// Begins an exchange.
  ///
  /// @param head whether the answer has no body whatever it says
  void begin(Attempt served, boolean head);

  /// Whether the connection has served an exchange before the present one.
  boolean used();

  /// Whether any byte of an answer has come since [#begin].
  boolean answerBegun();

  /// Whether more has come than the answer: what follows is nobody's.
  boolean holdsMore();

  /// The target says for how long it keeps an idle connection; we let go before.
  void idleAtMost(long nanos);

  /// Takes a piece of the request: its head, content, its end, or all of a body that lies in a
  /// file; in a tunnel bytes.
  void write(Object message);

  void flush();

  /// Whether more of the request can be taken without piling up.
  boolean writable();

  /// Whether to read on.
  void reading(boolean on);

  /// From here on bytes go both ways as they are.
  void becomeTunnel();

  /// In a tunnel: nothing more will come from the client.
  void shutdownOutput();

  /// The exchange is over in good order: the connection may serve another.
  void rest(Upstreams pool);

  /// Ends the exchange at once.
  void close();
}
