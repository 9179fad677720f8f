package dev.stead.rig.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// The events of one stream of the app's, numbered from 0 without a gap.
final class Events {
  private static final Pattern EVENT = Pattern.compile("id: (\\d+)\ndata: (\\d+)");
  private static final String END = "\n\n";

  private final StringBuilder unread = new StringBuilder();
  private int release;
  private int number;

  /// Takes bytes as they come: a proxy may cut them anew, an event ends where its blank line is.
  void read(byte[] part) throws IOException {
    unread.append(new String(part, StandardCharsets.US_ASCII));
    for (var end = unread.indexOf(END); end >= 0; end = unread.indexOf(END)) {
      take(unread.substring(0, end));
      unread.delete(0, end + END.length());
    }
  }

  private void take(String event) throws IOException {
    var text = EVENT.matcher(event);
    if (!text.matches() || Integer.parseInt(text.group(1)) != number) {
      throw new IOException("event %d was '%s'".formatted(number, event));
    }
    number++;
    release = Integer.parseInt(text.group(2));
  }

  /// The release that told the last one; 0 before the first.
  int release() {
    return release;
  }
}
