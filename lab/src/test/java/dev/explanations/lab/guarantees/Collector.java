package dev.explanations.lab.guarantees;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans by OTLP over HTTP. */
final class Collector implements AutoCloseable {

  /**
   * What is of interest of a span; ids in hexadecimal.
   *
   * @param parent empty if there is none
   * @param links the spans that it is linked to
   */
  record Span(String trace, String id, String parent, String name, List<String> links) {}

  final List<Span> spans = new CopyOnWriteArrayList<>();

  private final HttpServer server;

  Collector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** That of this name in that trace; there must be one. */
  Span span(String trace, String name) {
    return spans.stream()
        .filter(span -> span.trace().equals(trace) && span.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The names of the steps of a trace, in their order. */
  List<String> names(String trace) {
    return spans.stream()
        .filter(span -> span.trace().equals(trace))
        .map(Span::name)
        .sorted()
        .toList();
  }

  private void take(HttpExchange exchange) throws IOException {
    UnknownFieldSet request = UnknownFieldSet.parseFrom(exchange.getRequestBody().readAllBytes());
    for (UnknownFieldSet resource : messages(request, 1)) {
      for (UnknownFieldSet scope : messages(resource, 2)) {
        for (UnknownFieldSet span : messages(scope, 2)) {
          spans.add(span(span));
        }
      }
    }
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  /** By the numbers in opentelemetry/proto/trace/v1/trace.proto. */
  private static Span span(UnknownFieldSet span) throws IOException {
    List<String> links = messages(span, 13).stream().map(link -> hex(link.getField(2))).toList();
    return new Span(
        hex(span.getField(1)),
        hex(span.getField(2)),
        hex(span.getField(4)),
        span.getField(5).getLengthDelimitedList().getFirst().toStringUtf8(),
        links);
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet of, int number) throws IOException {
    List<UnknownFieldSet> messages = new CopyOnWriteArrayList<>();
    for (ByteString bytes : of.getField(number).getLengthDelimitedList()) {
      messages.add(UnknownFieldSet.parseFrom(bytes));
    }
    return messages;
  }

  private static String hex(Field field) {
    List<ByteString> values = field.getLengthDelimitedList();
    return values.isEmpty() ? "" : HexFormat.of().formatHex(values.getFirst().toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
