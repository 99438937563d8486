package dev.explanations.lab.redis;

/** Where a Redis runs that is taken away and brought back. */
public interface RedisHost extends AutoCloseable {

  int port();

  /** SIGKILL. */
  void kill();

  /** On the same port; with what was on disk. Returns when it answers. */
  void restart();

  /** It takes connections, since the system does that, and never answers. */
  void pause();

  void resume();

  @Override
  void close();
}
