package dev.explanations.worker.api;

import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.Certificates;
import dev.explanations.worker.fixture.RedisServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** The nginx of this machine with the example, but for ports, addresses and the certificate. */
final class Nginx implements TlsProxy {
  private final Process process;
  private final int port;

  /**
   * Starts it and waits until it listens.
   *
   * @param directory an empty one
   */
  Nginx(Path executable, Path directory, Certificates certificates, int workerPort)
      throws IOException {
    this.port = RedisServers.freePort();
    String example = Files.readString(EXAMPLE);
    example = TlsProxy.with(example, "listen", "127.0.0.1:" + port + " ssl");
    example =
        TlsProxy.with(example, "ssl_certificate", "\"%s\"".formatted(certificates.certificate()));
    example = TlsProxy.with(example, "ssl_certificate_key", "\"%s\"".formatted(certificates.key()));
    example = TlsProxy.with(example, "proxy_pass", "http://127.0.0.1:" + workerPort);
    Files.writeString(directory.resolve("example.conf"), example);
    Path config =
        Files.writeString(
            directory.resolve("nginx.conf"),
            """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr;
            events {}
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              include example.conf;
            }
            """);
    Path log = directory.resolve("nginx.log");
    process =
        new ProcessBuilder(
                executable.toString(), "-p", directory.toString(), "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    await().until(() -> !process.isAlive() || listens());
    if (!process.isAlive()) {
      throw new AssertionError("nginx does not run: " + Files.readString(log));
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
