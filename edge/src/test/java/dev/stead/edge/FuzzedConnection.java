package dev.stead.edge;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// What one client sends, in pieces, and what it looks for in the answers.
///
/// @param streams whether it speaks HTTP/2
/// @param requests of HTTP/2 that must end one by one; 0 when nobody knows how many were sent
/// @param pieces bytes as Latin-1 characters
record FuzzedConnection(boolean streams, int requests, List<String> pieces) {
  private static final int PIECES_MAX = 4;
  private static final int PATIENCE_MILLIS = 10_000;

  /// A changed frame may have swallowed those behind it: then nothing is left to be answered.
  private static final int CHANGED_PATIENCE_MILLIS = 25;

  private static final Pattern SEEN = Pattern.compile("(?i)^" + StrictApp.SEEN + ": (.*)$");
  private static final Pattern ASKED = Pattern.compile("(?i)^x-request-id: (.*)$");

  /// One connection in six is of HTTP/2, which cost a handshake each.
  static FuzzedConnection next(RandomGenerator random) {
    if (random.nextInt(6) > 0) {
      return new FuzzedConnection(false, 0, cut(FuzzedRequests.next(random), random));
    }
    FuzzedStreams.Sent sent = FuzzedStreams.next(random);
    return new FuzzedConnection(true, sent.requests(), cut(sent.bytes(), random));
  }

  private static List<String> cut(String bytes, RandomGenerator random) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (int i = random.nextInt(PIECES_MAX); i > 0; i--) {
      int to = from + random.nextInt(bytes.length() - from + 1);
      pieces.add(bytes.substring(from, to));
      from = to;
    }
    pieces.add(bytes.substring(from));
    return pieces;
  }

  String text() {
    return String.join("", pieces);
  }

  /// Sends all and reads until the edge has done with it; what is wrong with that, in words.
  List<String> send(EdgeUnderTest edge) throws IOException {
    List<String> faults = new ArrayList<>();
    try {
      if (streams) {
        sendStreams(edge, faults);
      } else {
        sendRequests(edge, faults);
      }
    } catch (SocketTimeoutException e) {
      if (!streams || requests > 0) {
        faults.add("neither answered nor closed: " + text());
      }
    } catch (EOFException | SocketException | SSLException e) {
      // Closed, by a reset where bytes were left unread.
      return faults;
    }
    return faults;
  }

  /// The edge closes after a client that has closed its side.
  private void sendRequests(EdgeUnderTest edge, List<String> faults) throws IOException {
    try (RawClient client = edge.connect()) {
      for (String piece : pieces) {
        client.send(piece);
      }
      client.shutdownOutput();
      check(client.toEnd().lines().toList(), faults);
    }
  }

  private void sendStreams(EdgeUnderTest edge, List<String> faults) throws IOException {
    try (RawStreams client = RawStreams.silent(edge)) {
      client.patience(requests > 0 ? PATIENCE_MILLIS : CHANGED_PATIENCE_MILLIS);
      for (String piece : pieces) {
        client.send(Mutations.bytes(piece));
      }
      Set<Integer> ended = new HashSet<>();
      while (requests == 0 || ended.size() < requests) {
        RawStreams.Frame frame = client.read();
        check(frame.headers(), faults);
        if (frame.ends() || frame.type() == RawStreams.RST_STREAM) {
          ended.add(frame.stream());
        }
      }
    }
  }

  /// Whether each answer of the app is that to the request which the edge says it answers.
  private static void check(List<String> lines, List<String> faults) {
    String asked = "";
    String seen = "";
    for (String line : lines) {
      asked = value(ASKED, line, asked);
      seen = value(SEEN, line, seen);
      if (line.isEmpty()) {
        compare(asked, seen, faults);
        seen = "";
      }
    }
    compare(asked, seen, faults);
  }

  private static String value(Pattern header, String line, String otherwise) {
    Matcher found = header.matcher(line);
    return found.find() ? found.group(1) : otherwise;
  }

  private static void compare(String asked, String seen, List<String> faults) {
    if (!seen.isEmpty() && !seen.equals(asked)) {
      faults.add("the answer to " + seen + " was given to " + asked);
    }
  }
}
