package dev.explanations.worker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP by hand: a proper client sends neither a Host of one's choice nor half a body. */
final class RawHttp {
  private static final int TIMEOUT_MILLIS = 20_000;

  private RawHttp() {}

  /**
   * An answer.
   *
   * @param headers by lower-case name
   */
  public record Answer(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(body);
    }
  }

  /**
   * Sends these lines to the loopback address, and reads until the server closes the connection.
   *
   * @param head the request line and headers; {@code Connection: close} is added
   */
  static Answer send(int port, List<String> head, String body) throws IOException {
    return send(InetAddress.getLoopbackAddress(), port, head, body);
  }

  static Answer send(InetAddress address, int port, List<String> head, String body)
      throws IOException {
    try (Socket socket = new Socket(address, port)) {
      return send(socket, head, body);
    }
  }

  static Answer send(Socket socket, List<String> head, String body) throws IOException {
    String request = String.join("\r\n", head) + "\r\nConnection: close\r\n\r\n" + body;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static Answer parse(String answer) {
    String[] parts = answer.split("\r\n\r\n", 2);
    List<String> head = parts[0].lines().toList();
    Map<String, String> headers = new TreeMap<>();
    for (String line : head.subList(1, head.size())) {
      String[] header = line.split(": *", 2);
      headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
    }
    return new Answer(Integer.parseInt(head.getFirst().split(" ", 3)[1]), headers, parts[1]);
  }
}
