package dev.explanations.lab.guarantees;

import dev.explanations.lab.TemporaryDirectory;
import dev.explanations.lab.redis.EmbeddedRedis;
import dev.explanations.lab.redis.RedisHost;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The lab's own Redis, in a directory that goes with it. */
record RedisProcess(TemporaryDirectory directory, EmbeddedRedis redis) implements RedisHost {

  static RedisProcess start(String... arguments) {
    try {
      TemporaryDirectory directory = TemporaryDirectory.create();
      return new RedisProcess(directory, EmbeddedRedis.start(directory.path(), arguments));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int port() {
    return redis.port();
  }

  @Override
  public void kill() {
    redis.kill();
  }

  @Override
  public void restart() {
    redis.restart();
  }

  @Override
  public void pause() {
    redis.pause();
  }

  @Override
  public void resume() {
    redis.resume();
  }

  @Override
  public void close() {
    redis.close();
    try {
      directory.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
