package dev.explanations.worker.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.utils.Utils;

/**
 * Asks a broker, without TLS and without a client of Kafka, what its listener speaks. A client
 * without TLS at a listener with TLS takes the alert for the length of an answer, 352 MB, and runs
 * out of memory rather than say so; one with TLS at a listener without only times out.
 */
final class ListenerProbe {

  private static final int ALERT = 0x15;
  private static final int PATIENCE_MS = Math.toIntExact(Duration.ofSeconds(2).toMillis());

  enum Listener {
    /** Answered a request without TLS. Listeners that want a login answer this one, too. */
    PLAIN,
    /** Answered with an alert of TLS. */
    TLS,
    /** Accepted the connection, and answered in no known way. */
    UNKNOWN,
    UNREACHABLE
  }

  private ListenerProbe() {}

  /**
   * Takes four seconds at most for each address of the host; the first that can be reached counts.
   *
   * @param address of the form {@code host:port}, as in {@code bootstrap.servers}
   */
  static Listener probe(String address) {
    String host = Utils.getHost(address);
    Integer port = Utils.getPort(address);
    if (host == null || port == null) {
      return Listener.UNREACHABLE;
    }
    try {
      for (InetAddress each : InetAddress.getAllByName(host)) {
        Listener found = probe(new InetSocketAddress(each, port));
        if (found != Listener.UNREACHABLE) {
          return found;
        }
      }
    } catch (UnknownHostException e) {
      // has no address
    }
    return Listener.UNREACHABLE;
  }

  private static Listener probe(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MS);
      return answer(socket);
    } catch (IOException e) {
      return Listener.UNREACHABLE;
    }
  }

  private static Listener answer(Socket socket) {
    try {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write(apiVersions());
      InputStream in = socket.getInputStream();
      return switch (in.read()) {
        // first byte of a length, which is below 16 MB
        case 0 -> Listener.PLAIN;
        case ALERT -> Listener.TLS;
        default -> Listener.UNKNOWN;
      };
    } catch (IOException e) {
      return Listener.UNKNOWN;
    }
  }

  /** A request of version 0, to which every broker answers: length, header, no body. */
  private static byte[] apiVersions() {
    int header = 2 * Short.BYTES + Integer.BYTES + Short.BYTES;
    return ByteBuffer.allocate(Integer.BYTES + header)
        .putInt(header)
        .putShort(ApiKeys.API_VERSIONS.id)
        .putShort((short) 0)
        .putInt(0)
        // no client id
        .putShort((short) -1)
        .array();
  }
}
