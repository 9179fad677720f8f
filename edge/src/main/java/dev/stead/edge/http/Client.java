package dev.stead.edge.http;

import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpResponse;

/// Who asked, as an [Exchange] sees it: gives the request's body and takes the answer. A
/// [ClientConnection] of HTTP/1.1, or a [ClientStream] of HTTP/2. Lives on its worker's loop.
interface Client {
  Worker worker();

  Guest guest();

  /// Whether the edge ends after the present answer.
  boolean stopping();

  /// Takes a piece of the answer: a head, content, its end; in a tunnel bytes.
  void write(Object message);

  /// Takes a head that another will follow, 100 to 199 but 101.
  void writeInformational(HttpResponse head);

  /// Takes the head that agrees to change the protocol; [#becomeTunnel] follows.
  void writeUpgrade(HttpResponse head, String protocol);

  void flush();

  /// Whether more of the answer can be taken without piling up.
  boolean writable();

  /// What has to leave before [#writable] is true again, in bytes.
  long unwritten();

  /// Takes a whole answer; the future tells when it is out.
  ChannelFuture writeFile(FileAnswer answer);

  void pauseBody();

  void resumeBody();

  /// Whether some of the body has come and was not asked for yet.
  boolean holdsBody();

  /// How much of it.
  long heldBytes();

  /// In a tunnel: whether to read on.
  void reading(boolean on);

  /// From here on, after the head of an upgrade, bytes go both ways as they are; [#reading] begins
  /// it.
  void becomeTunnel();

  /// In a tunnel: nothing more will come from the target.
  void shutdownOutput();

  /// The exchange is over; called once for each that was not truncated.
  ///
  /// @param keepAlive whether another may follow the same way
  void exchangeEnded(boolean keepAlive);

  /// Ends an answer that cannot be completed so that it does not look whole.
  ///
  /// @param reset whether an orderly end of the connection would look like the answer's end
  void truncate(boolean reset);

  void close();
}
