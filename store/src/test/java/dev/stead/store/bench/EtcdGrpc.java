package dev.stead.store.bench;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Clients of etcd by gRPC, its own protocol. The two messages that they send are written by hand:
///
/// ```
/// PutRequest    1: key bytes   2: value bytes
/// RangeRequest  1: key bytes
/// ```
final class EtcdGrpc {
  private static final int KEY_TAG = 0x0A;
  private static final int VALUE_TAG = 0x12;
  private static final int VARINT_BITS = 7;
  private static final MethodDescriptor<byte[], byte[]> PUT = method("etcdserverpb.KV/Put");
  private static final MethodDescriptor<byte[], byte[]> RANGE = method("etcdserverpb.KV/Range");

  private final Etcd etcd;

  EtcdGrpc(Etcd etcd) {
    this.etcd = etcd;
  }

  /// A client that puts keys of its own.
  Load.Client putting(int client, String value) {
    ManagedChannel channel = channel();
    return new Connected(
        channel::shutdownNow,
        number -> call(channel, PUT, message(Speed.key(client, number), value)));
  }

  /// A client that reads what the first one put.
  Load.Client getting(long keys) {
    ManagedChannel channel = channel();
    return new Connected(
        channel::shutdownNow,
        number -> call(channel, RANGE, message(Speed.key(0, number % keys), "")));
  }

  private ManagedChannel channel() {
    return NettyChannelBuilder.forAddress(etcd.address()).usePlaintext().build();
  }

  private static void call(
      ManagedChannel channel, MethodDescriptor<byte[], byte[]> method, byte[] request) {
    ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
  }

  private static byte[] message(String key, String value) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    write(message, KEY_TAG, key);
    if (!value.isEmpty()) {
      write(message, VALUE_TAG, value);
    }
    return message.toByteArray();
  }

  private static void write(ByteArrayOutputStream message, int tag, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    message.write(tag);
    int length = utf8.length;
    for (; length >= 1 << VARINT_BITS; length >>>= VARINT_BITS) {
      message.write(length | 1 << VARINT_BITS);
    }
    message.write(length);
    message.writeBytes(utf8);
  }

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
        .setType(MethodType.UNARY)
        .setFullMethodName(name)
        .build();
  }

  /// Messages as they are sent.
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream message) {
      try {
        return message.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException("reading what etcd answered", e);
      }
    }
  }
}
