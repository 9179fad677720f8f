package dev.stead.edge.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;

/// `GET` at a path: any 2xx is well.
record PathQuestion(String authority, String path) implements Question {
  @Override
  public String text() {
    return "GET " + path;
  }

  @Override
  public Http2Headers head() {
    return new DefaultHttp2Headers().method("GET").scheme("http").authority(authority).path(path);
  }

  @Override
  public ByteBuf body() {
    return Unpooled.EMPTY_BUFFER;
  }

  @Override
  public H2cProbe.Answer judge(Said said) {
    if (said.status().startsWith("2")) {
      return new H2cProbe.Answer.Well();
    }
    String line =
        StandardCharsets.UTF_8.decode(said.body()).toString().replaceAll("\\s+", " ").strip();
    return new H2cProbe.Answer.Unwell(
        "%s answered %s%s".formatted(text(), said.status(), line.isEmpty() ? "" : ": " + line));
  }
}
