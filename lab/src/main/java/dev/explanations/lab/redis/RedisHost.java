package dev.explanations.lab.redis;

/** A running Redis that can be killed, paused and started again. */
public interface RedisHost extends AutoCloseable {

  int port();

  /** SIGKILL. */
  void kill();

  /** Starts Redis again, on the same port; returns when it answers. */
  void restart();

  /** SIGSTOP: the system still accepts connections, and no command is answered. */
  void pause();

  /** SIGCONT. */
  void resume();

  @Override
  void close();
}
