package dev.explanations.worker.cache;

import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.Settings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.SetParams;

/**
 * Sends commands to Redis, each within {@code REDIS_TIMEOUT}; a circuit breaker sends none while
 * too many fail. Thread-safe.
 *
 * <p>While the breaker is not closed only the heartbeat asks, so no look-up is spent on probing. It
 * probes with a read, since a Redis that refuses reads may still answer PING.
 */
final class RedisLink implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  private static final Duration OPEN = Duration.ofSeconds(2);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT_IN_TROUBLE = Duration.ofMillis(200);

  sealed interface Reply<T> {
    record Success<T>(T value) implements Reply<T> {}

    record Failure<T>(boolean timeout) implements Reply<T> {}

    /** Redis is left alone for now, or the thread was interrupted. */
    record NotAsked<T>() implements Reply<T> {}
  }

  private final RedisClient redis;
  private final Duration timeout;
  private final @Nullable Secret password;
  private final LinkHealth health;
  private final CircuitBreaker breaker = CircuitBreaker.of("redis", config());
  private final Thread heartbeat = Thread.ofVirtual().name("redis-heartbeat").unstarted(this::beat);
  private volatile String lastError = "";
  private volatile boolean ended;

  /** Used by the heartbeat's thread only. */
  private boolean beatFailing;

  RedisLink(Settings.Redis settings, int lookUps, Clock clock) {
    this.redis = RedisClients.create(settings, lookUps);
    this.timeout = settings.timeout();
    this.password = settings.password();
    this.health = new LinkHealth(settings.host(), settings.port(), clock);
    breaker.getEventPublisher().onStateTransition(event -> changed(event.getStateTransition()));
  }

  private static CircuitBreakerConfig config() {
    return CircuitBreakerConfig.custom()
        .slidingWindowType(SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(10)
        .minimumNumberOfCalls(5)
        .failureRateThreshold(50)
        .waitDurationInOpenState(OPEN)
        .permittedNumberOfCallsInHalfOpenState(3)
        // by default a slow success may open it
        .slowCallDurationThreshold(Duration.ofDays(365))
        .build();
  }

  /** Starts the heartbeat; commands may be sent before. */
  void start() {
    heartbeat.start();
  }

  CircuitBreaker resilience4j() {
    return breaker;
  }

  CacheTierHealth health() {
    return health.current();
  }

  /** Sends a command that changes nothing. */
  <T> Reply<T> read(Function<RedisClient, T> command) {
    return mayAsk() ? ask(command, false) : new Reply.NotAsked<>();
  }

  /** Sends a command that writes: Redis may refuse it and still answer reads. */
  <T> Reply<T> write(Function<RedisClient, T> command) {
    return mayAsk() ? ask(command, true) : new Reply.NotAsked<>();
  }

  private boolean mayAsk() {
    return !ended && breaker.getState() == CircuitBreaker.State.CLOSED;
  }

  private <T> Reply<T> ask(Function<RedisClient, T> command, boolean write) {
    try {
      T value = TimeLimit.call(timeout, () -> attempt(command));
      breaker.onSuccess(0, TimeUnit.NANOSECONDS);
      health.answered();
      if (write) {
        health.wrote();
      }
      return new Reply.Success<>(value);
    } catch (ExecutionException e) {
      return failed(Objects.requireNonNull(e.getCause()), write);
    } catch (TimeoutException e) {
      return failed(e, write);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      breaker.releasePermission();
      return new Reply.NotAsked<>();
    } catch (RuntimeException | Error e) {
      breaker.releasePermission();
      throw e;
    }
  }

  /**
   * Retries once on a new connection: those in the pool may be dead since Redis restarted, and a
   * miss for that would cost a call to Gemini.
   */
  private <T> T attempt(Function<RedisClient, T> command) {
    try {
      return command.apply(redis);
    } catch (JedisConnectionException e) {
      if (RedisErrors.isTimeout(e) || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      redis.getPool().clear();
      return command.apply(redis);
    }
  }

  private <T> Reply<T> failed(Throwable failure, boolean write) {
    String error = RedisErrors.describe(failure, password);
    if (write && RedisErrors.isCommandRejected(failure)) {
      // says nothing of reading
      breaker.releasePermission();
      health.refused(error);
    } else if (!ended) {
      lastError = error;
      health.failed(error);
      breaker.onError(0, TimeUnit.NANOSECONDS, failure);
    }
    return new Reply.Failure<>(RedisErrors.isTimeout(failure));
  }

  private void changed(StateTransition transition) {
    switch (transition) {
      case CLOSED_TO_OPEN -> {
        health.lost(lastError);
        // they may lead nowhere, each for a timeout; elsewhere, since closing may take a while
        Thread.ofVirtual().name("redis-clear").start(redis.getPool()::clear);
      }
      case HALF_OPEN_TO_CLOSED -> health.back();
      default -> {}
    }
  }

  private void beat() {
    try {
      while (true) {
        Thread.sleep(probed() && mayAsk() ? HEARTBEAT : HEARTBEAT_IN_TROUBLE);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** Nothing that is thrown may end the heartbeat: Redis would never be used again. */
  private boolean probed() {
    try {
      return probe();
    } catch (RuntimeException | Error e) {
      if (!beatFailing) {
        beatFailing = true;
        log.error("BUG: Redis could not be probed, tried again", e);
      }
      return false;
    }
  }

  private boolean probe() {
    if (!breaker.tryAcquirePermission()) {
      return false;
    }
    boolean before = health.current().connected();
    boolean answered =
        ask(client -> client.getrange(RedisKeys.PROBE, 0, 0), false) instanceof Reply.Success;
    CacheTierHealth now = health.current();
    if (now.state() == CacheTierHealth.State.READ_ONLY || (!before && now.connected())) {
      write(RedisLink::writeNothing);
    }
    return answered;
  }

  /** Writes only if the key exists, which it never does; a read-only Redis refuses all the same. */
  private static boolean writeNothing(RedisClient client) {
    client.set(RedisKeys.PROBE, RedisKeys.PROBE, SetParams.setParams().xx().px(1));
    return true;
  }

  /** Running commands finish or fail; later ones are not sent. */
  @Override
  public void close() {
    ended = true;
    heartbeat.interrupt();
    redis.close();
  }
}
