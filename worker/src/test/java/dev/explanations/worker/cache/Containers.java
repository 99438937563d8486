package dev.explanations.worker.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether servers for tests come from official images: {@code -Dit.containers=true} demands it,
 * {@code false} forbids it; without either they do where a Docker engine answers.
 */
final class Containers {

  private static final Logger log = LoggerFactory.getLogger(Containers.class);

  /** Testcontainers would pull an image to learn how it is reached from inside a container. */
  private static final Path INSIDE_A_CONTAINER = Path.of("/.dockerenv");

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private enum Choice {
    DEMANDED,
    FORBIDDEN,
    WHERE_THERE_IS_DOCKER
  }

  private Containers() {}

  /**
   * A server in a container if there can be one, or else embedded.
   *
   * @throws IllegalStateException when a container is demanded and there is no Docker
   */
  static <T> T orEmbedded(Supplier<? extends T> container, Supplier<? extends T> embedded) {
    return switch (choice()) {
      case FORBIDDEN -> embedded.get();
      case DEMANDED -> {
        if (!dockerAnswers()) {
          throw new IllegalStateException(
              "-Dit.containers=true, but no Docker engine answers on " + socket());
        }
        yield container.get();
      }
      case WHERE_THERE_IS_DOCKER ->
          dockerAnswers() && !cannotReachContainers()
              ? containerIfPossible(container, embedded)
              : embedded.get();
    };
  }

  private static <T> T containerIfPossible(
      Supplier<? extends T> container, Supplier<? extends T> embedded) {
    try {
      return container.get();
    } catch (RuntimeException e) {
      log.warn("No container, so embedded: {}", e.toString());
      return embedded.get();
    }
  }

  private static Choice choice() {
    String choice = System.getProperty("it.containers", "");
    return switch (choice) {
      case "true" -> Choice.DEMANDED;
      case "false" -> Choice.FORBIDDEN;
      case "" -> Choice.WHERE_THERE_IS_DOCKER;
      default -> throw new IllegalStateException("-Dit.containers=" + choice + " is no choice");
    };
  }

  private static boolean cannotReachContainers() {
    return Files.exists(INSIDE_A_CONTAINER)
        && System.getenv("TESTCONTAINERS_HOST_OVERRIDE") == null;
  }

  /** Asks the engine itself: that takes no time where there is none. */
  private static boolean dockerAnswers() {
    return CompletableFuture.supplyAsync(Containers::ping)
        .completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private static boolean ping() {
    try (SocketChannel engine = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      engine.connect(UnixDomainSocketAddress.of(socket()));
      engine.write(
          ByteBuffer.wrap("GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(64);
      engine.read(answer);
      return new String(answer.array(), 0, answer.position(), US_ASCII).contains(" 200 ");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Of an engine on this machine: what it publishes must be here. */
  private static Path socket() {
    @Nullable String host = System.getenv("DOCKER_HOST");
    if (host != null) {
      return Path.of(host.replaceFirst("^unix://", ""));
    }
    Path desktop = Path.of(System.getProperty("user.home"), ".docker", "run", "docker.sock");
    return Files.exists(desktop) ? desktop : Path.of("/var/run/docker.sock");
  }
}
