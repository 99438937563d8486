package dev.explanations.worker.api;

import dev.explanations.worker.cache.Certificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Does what nginx would with the example's directives: ends TLS, sets headers, passes on. */
final class StandInProxy implements TlsProxy {
  private final ServerSocket server;
  private final Map<String, String> headers;
  private final int workerPort;

  StandInProxy(Certificates certificates, int workerPort)
      throws IOException, GeneralSecurityException {
    this.workerPort = workerPort;
    String example = Files.readString(EXAMPLE);
    this.headers =
        TlsProxy.headers(TlsProxy.with(example, "proxy_pass", "http://127.0.0.1:" + workerPort));
    this.server =
        certificates
            .trusting(certificates)
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // closed, or a client without TLS
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket worker = new Socket(InetAddress.getLoopbackAddress(), workerPort)) {
      List<String> head = head(client.getInputStream());
      long length = 0;
      String host = "";
      List<String> sent = new ArrayList<>(head.subList(0, 1));
      for (String line : head.subList(1, head.size())) {
        String[] header = line.split(": *", 2);
        switch (header[0].toLowerCase(Locale.ROOT)) {
          case "host" -> host = header[1].replaceFirst(":\\d+$", "");
          case "content-length" -> length = Long.parseLong(header[1]);
          default -> {}
        }
        if (!headers.containsKey(header[0])) {
          sent.add(line);
        }
      }
      for (Map.Entry<String, String> header : headers.entrySet()) {
        sent.add(header.getKey() + ": " + filled(header.getValue(), host));
      }
      OutputStream out = worker.getOutputStream();
      out.write((String.join("\r\n", sent) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      out.write(client.getInputStream().readNBytes((int) length));
      worker.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // the client sees a connection that ends
    }
  }

  private static String filled(String value, String host) {
    String filled = value.replace("$host", host);
    if (filled.contains("$")) {
      throw new AssertionError("the stand-in does not know " + value);
    }
    return filled;
  }

  private static List<String> head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the head ends early");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.UTF_8).strip().lines().toList();
  }

  @Override
  public int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
