package dev.explanations.worker.cache;

import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Builds clients that connect when they are first used, and log nothing. */
final class RedisClients {

  private static final Duration IDLE = Duration.ofMinutes(1);

  /** A connection serves thousands of look-ups a second; many handshakes at once time out. */
  private static final int MAX_CONNECTIONS = 8;

  private RedisClients() {}

  static RedisClient create(Settings.Redis settings, int lookUps) {
    HostAndPort address = new HostAndPort(settings.host(), settings.port());
    JedisClientConfig config = config(settings);
    return RedisClient.builder()
        .hostAndPort(address)
        .clientConfig(config)
        .connectionProvider(
            new PooledConnectionProvider(
                new Connections(address, config),
                pool(settings.timeout(), Math.min(lookUps, MAX_CONNECTIONS))))
        .build();
  }

  /**
   * Without {@code REDIS_CA_FILE}, TLS is as the JVM is set up for it, with a client certificate,
   * say.
   */
  @SuppressWarnings("deprecation") // what is to replace ssl() leaves the JVM's set-up out
  private static JedisClientConfig config(Settings.Redis settings) {
    Secret password = settings.password();
    DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder();
    Path caFile = settings.caFile();
    if (caFile != null) {
      config.sslSocketFactory(RedisTrust.of(caFile).getSocketFactory());
      config.sslParameters(RedisTrust.underItsName());
    }
    return config
        // named, since the client otherwise connects at once to find out
        .resp2()
        .timeoutMillis(Math.toIntExact(settings.timeout().toMillis()))
        .user(settings.username())
        .password(password == null ? null : password.reveal())
        .database(settings.database())
        .ssl(settings.tls())
        // a round trip for every connection, and refused to users with few rights
        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
        .build();
  }

  /** Fair, so that a wait is as long as it must be; without tests, whose failures are logged. */
  private static GenericObjectPoolConfig<Connection> pool(Duration timeout, int connections) {
    GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
    pool.setMaxTotal(connections);
    pool.setMaxIdle(connections);
    pool.setMaxWait(timeout);
    pool.setFairness(true);
    pool.setMinEvictableIdleDuration(IDLE);
    pool.setTimeBetweenEvictionRuns(IDLE.dividedBy(2));
    pool.setNumTestsPerEvictionRun(-1);
    pool.setJmxEnabled(false);
    return pool;
  }

  /** Jedis closes a socket when the handshake fails, but not when the answer to it is nonsense. */
  private static final class Connections extends ConnectionFactory {

    Connections(HostAndPort address, JedisClientConfig config) {
      super(address, config);
    }

    @Override
    protected void initialize(Connection connection) {
      try {
        super.initialize(connection);
      } catch (RuntimeException | Error e) {
        try {
          connection.forceDisconnect();
        } catch (IOException suppressed) {
          e.addSuppressed(suppressed);
        }
        throw e;
      }
    }
  }
}
