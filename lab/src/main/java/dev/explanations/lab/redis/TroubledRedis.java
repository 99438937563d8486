package dev.explanations.lab.redis;

/** A real Redis with one kind of trouble, which comes and goes. Used by one thread. */
public final class TroubledRedis implements AutoCloseable {

  /** Password of clients, and {@code requirepass} of Redis at its start. */
  public static final String PASSWORD = RedisTroubles.PASSWORD;

  private final RedisTrouble trouble;
  private final RedisTroubles troubles;

  /**
   * @param redis that is well and has {@link #PASSWORD}; closed with this
   */
  public TroubledRedis(RedisTrouble trouble, RedisHost redis) {
    this.trouble = trouble;
    this.troubles = new RedisTroubles(redis);
  }

  /** Where clients are to connect, on loopback; Redis itself, unless another is to answer. */
  public int port() {
    return switch (trouble) {
      case GARBAGE, LOADING -> troubles.port();
      case KILLED, SILENT, PASSWORD, OOM -> troubles.directPort();
    };
  }

  public void begin() {
    troubles.begin(trouble);
  }

  public void end() {
    troubles.end(trouble);
  }

  /** How many entries it holds, when there is no trouble. */
  public long entries() {
    return troubles.entries();
  }

  @Override
  public void close() {
    troubles.close();
  }
}
