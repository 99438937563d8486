package dev.explanations.worker.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** Redis from its official image. Its port is the same inside and outside, and after a restart. */
final class RedisContainer implements RedisHost {

  /** The image of docker-compose.yml. */
  private static final DockerImageName IMAGE = DockerImageName.parse("redis:8.10.2-alpine");

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** By the user that Redis runs as. */
  private static final int READABLE = 0444;

  private final int port;
  private final GenericContainer<?> container;

  /**
   * Starts it.
   *
   * @param arguments of redis-server; files among them are copied into the container
   */
  @SuppressWarnings("resource") // each call gives the container back, which close() stops
  RedisContainer(int port, List<String> arguments) {
    this.port = port;
    List<String> command = new ArrayList<>(List.of("redis-server"));
    command.addAll(List.of("--port", Integer.toString(port), "--protected-mode", "no"));
    command.addAll(List.of("--save", ""));
    command.addAll(arguments);
    container = new GenericContainer<>(IMAGE);
    container
        .withCommand(command.toArray(String[]::new))
        .withExposedPorts(port)
        .waitingFor(Wait.forLogMessage(".*eady to accept connections.*", 1));
    container.setPortBindings(List.of("127.0.0.1:%d:%d".formatted(port, port)));
    for (String argument : arguments) {
      if (argument.startsWith("/") && Files.isRegularFile(Path.of(argument))) {
        container.withCopyFileToContainer(MountableFile.forHostPath(argument, READABLE), argument);
      }
    }
    container.start();
  }

  @Override
  public int port() {
    return port;
  }

  private static DockerClient docker(GenericContainer<?> container) {
    return container.getDockerClient();
  }

  @Override
  public void kill() {
    docker(container).killContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void restart() {
    docker(container).startContainerCmd(container.getContainerId()).exec();
    await().atMost(PATIENCE).until(this::answers);
  }

  /** What listens outside is not Redis, and there before it. */
  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readNBytes(5), US_ASCII);
      return answer.equals("+PONG") || answer.equals("-NOAU");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void pause() {
    docker(container).pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void resume() {
    docker(container).unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.close();
  }
}
