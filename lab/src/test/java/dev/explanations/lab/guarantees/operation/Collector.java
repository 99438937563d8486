package dev.explanations.lab.guarantees.operation;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans and histograms by OTLP over HTTP. */
final class Collector implements AutoCloseable {

  /**
   * What is of interest of a span; ids in hexadecimal.
   *
   * @param parent empty if there is none
   * @param links the spans that it is linked to
   */
  record Span(
      String trace,
      String id,
      String parent,
      String name,
      long kind,
      Map<String, Object> attributes,
      List<String> links) {}

  /** Point of a histogram. */
  record Histogram(
      String name, String unit, long count, List<Double> bounds, Map<String, Object> attributes) {}

  final List<Span> spans = new CopyOnWriteArrayList<>();

  /** As the last export had them. */
  private volatile List<Histogram> histograms = List.of();

  private final HttpServer server;

  Collector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::takeSpans);
    server.createContext("/v1/metrics", this::takeMetrics);
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

  List<Histogram> histograms(String name, String unit) {
    return histograms.stream()
        .filter(it -> it.name().equals(name) && it.unit().equals(unit))
        .toList();
  }

  /** The names of the steps of a trace, in their order. */
  List<String> names(String trace) {
    return spans.stream()
        .filter(span -> span.trace().equals(trace))
        .map(Span::name)
        .sorted()
        .toList();
  }

  private void takeSpans(HttpExchange exchange) throws IOException {
    for (UnknownFieldSet span : taken(exchange)) {
      spans.add(span(span));
    }
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private void takeMetrics(HttpExchange exchange) throws IOException {
    List<Histogram> points = new ArrayList<>();
    for (UnknownFieldSet metric : taken(exchange)) {
      for (UnknownFieldSet histogram : messages(metric, 9)) {
        for (UnknownFieldSet point : messages(histogram, 1)) {
          points.add(histogram(text(metric, 1), text(metric, 3), point));
        }
      }
    }
    histograms = List.copyOf(points);
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  /** The spans or metrics of all resources and scopes: their numbers are the same. */
  private static List<UnknownFieldSet> taken(HttpExchange exchange) throws IOException {
    UnknownFieldSet request = UnknownFieldSet.parseFrom(exchange.getRequestBody().readAllBytes());
    List<UnknownFieldSet> taken = new ArrayList<>();
    for (UnknownFieldSet resource : messages(request, 1)) {
      for (UnknownFieldSet scope : messages(resource, 2)) {
        taken.addAll(messages(scope, 2));
      }
    }
    return taken;
  }

  /** By the numbers in opentelemetry/proto/metrics/v1/metrics.proto. */
  private static Histogram histogram(String name, String unit, UnknownFieldSet point)
      throws IOException {
    DoubleBuffer packed =
        point
            .getField(7)
            .getLengthDelimitedList()
            .getFirst()
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asDoubleBuffer();
    List<Double> bounds = new ArrayList<>();
    while (packed.hasRemaining()) {
      bounds.add(packed.get());
    }
    long count = point.getField(4).getFixed64List().getFirst();
    return new Histogram(name, unit, count, bounds, attributes(point, 9));
  }

  /** By the numbers in opentelemetry/proto/trace/v1/trace.proto. */
  private static Span span(UnknownFieldSet span) throws IOException {
    List<String> links = messages(span, 13).stream().map(link -> hex(link.getField(2))).toList();
    return new Span(
        hex(span.getField(1)),
        hex(span.getField(2)),
        hex(span.getField(4)),
        text(span, 5),
        span.getField(6).getVarintList().getFirst(),
        attributes(span, 9),
        links);
  }

  /** By the numbers in opentelemetry/proto/common/v1/common.proto. */
  private static Map<String, Object> attributes(UnknownFieldSet of, int number) throws IOException {
    Map<String, Object> attributes = new HashMap<>();
    for (UnknownFieldSet pair : messages(of, number)) {
      attributes.put(text(pair, 1), value(messages(pair, 2).getFirst()));
    }
    return attributes;
  }

  private static Object value(UnknownFieldSet value) throws IOException {
    if (value.hasField(3)) {
      return value.getField(3).getVarintList().getFirst();
    }
    if (value.hasField(5)) {
      List<Object> values = new ArrayList<>();
      for (UnknownFieldSet element : messages(messages(value, 5).getFirst(), 1)) {
        values.add(value(element));
      }
      return values;
    }
    return text(value, 1);
  }

  private static String text(UnknownFieldSet of, int number) {
    return of.getField(number).getLengthDelimitedList().getFirst().toStringUtf8();
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
