package dev.stead.edge.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What a client says first (RFC 8446 4.1.2), as far as it decides who answers.
///
/// @param serverName the host it wants (RFC 6066 3), in lower case; empty when it names none
/// @param protocols those it would speak (RFC 7301), most wanted first
record ClientHello(String serverName, List<String> protocols) {
  static final ClientHello SILENT = new ClientHello("", List.of());

  private static final int VERSION_AND_RANDOM_BYTES = 34;
  private static final int SERVER_NAME = 0;
  private static final int PROTOCOLS = 16;
  private static final int LIST_AND_TYPE_BYTES = 3;

  ClientHello {
    protocols = List.copyOf(protocols);
  }

  /// Reads it from `legacy_version` on. What is malformed counts as not said: the library that
  /// shakes hands refuses it.
  static ClientHello read(ByteBuf message) {
    ByteBuf in = message.duplicate();
    try {
      in.skipBytes(VERSION_AND_RANDOM_BYTES);
      in.skipBytes(in.readUnsignedByte());
      in.skipBytes(in.readUnsignedShort());
      in.skipBytes(in.readUnsignedByte());
      return in.isReadable() ? extensions(in.readSlice(in.readUnsignedShort())) : SILENT;
    } catch (IndexOutOfBoundsException e) {
      return SILENT;
    }
  }

  private static ClientHello extensions(ByteBuf in) {
    String serverName = "";
    List<String> protocols = new ArrayList<>();
    while (in.isReadable()) {
      int type = in.readUnsignedShort();
      ByteBuf content = in.readSlice(in.readUnsignedShort());
      if (type == SERVER_NAME && content.isReadable()) {
        content.skipBytes(LIST_AND_TYPE_BYTES);
        serverName = Certificates.lowerCase(text(content, content.readUnsignedShort()));
      } else if (type == PROTOCOLS) {
        ByteBuf list = content.readSlice(content.readUnsignedShort());
        while (list.isReadable()) {
          protocols.add(text(list, list.readUnsignedByte()));
        }
      }
    }
    return new ClientHello(serverName, protocols);
  }

  private static String text(ByteBuf in, int length) {
    return in.readCharSequence(length, StandardCharsets.US_ASCII).toString();
  }
}
