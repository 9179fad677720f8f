package dev.stead.rig;

import dev.stead.rig.host.Entrance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Somebody who comes by https, each time on a connection of its own, and believes any certificate.
final class TlsVisitor {
  private static final int PORT = 443;
  private static final int CROWD = 4;
  private static final SSLContext CREDULOUS = Entrance.credulous();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String address;

  TlsVisitor(String address) {
    this.address = address;
  }

  /// What was seen.
  ///
  /// @param answer the first line of the answer
  /// @param issuer who signed the certificate
  record Visit(String answer, String issuer) {}

  Visit visit() {
    try {
      return attempt();
    } catch (IOException e) {
      throw new AssertionError("https to " + address + " failed", e);
    }
  }

  private Visit attempt() throws IOException {
    var plain = new Socket();
    plain.connect(new InetSocketAddress(address, PORT), (int) PATIENCE.toMillis());
    plain.setSoTimeout((int) PATIENCE.toMillis());
    try (var socket =
            (SSLSocket) CREDULOUS.getSocketFactory().createSocket(plain, address, PORT, true);
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(address)
                  .getBytes(StandardCharsets.US_ASCII));
      var issuer =
          ((X509Certificate) socket.getSession().getPeerCertificates()[0])
              .getIssuerX500Principal()
              .getName();
      var answer = in.readLine();
      return new Visit(answer == null ? "nothing" : answer, issuer);
    }
  }

  /// Several who come again and again until it is closed.
  static Crowd crowd(String address) {
    return new Crowd(new TlsVisitor(address));
  }

  /// What became of a crowd's visits.
  static final class Crowd implements AutoCloseable {
    private final AtomicInteger served = new AtomicInteger();
    private final List<String> refused = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Thread> threads;

    private Crowd(TlsVisitor visitor) {
      threads =
          IntStream.range(0, CROWD)
              .mapToObj(i -> Thread.ofVirtual().name("tls-visitor-" + i).start(() -> come(visitor)))
              .toList();
    }

    private void come(TlsVisitor visitor) {
      while (closing.getCount() > 0) {
        try {
          var answer = visitor.attempt().answer();
          if (answer.equals("HTTP/1.1 200 OK")) {
            served.incrementAndGet();
          } else {
            note(failed, answer);
          }
        } catch (ConnectException e) {
          note(refused, e.toString());
        } catch (IOException e) {
          note(failed, e.toString());
        }
      }
    }

    private synchronized void note(List<String> where, String what) {
      where.add(what);
    }

    /// How many were answered well.
    int served() {
      return served.get();
    }

    /// Who could not even connect.
    synchronized List<String> refused() {
      return List.copyOf(refused);
    }

    /// Who connected in vain.
    synchronized List<String> failed() {
      return List.copyOf(failed);
    }

    @Override
    public void close() {
      closing.countDown();
      for (var thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
