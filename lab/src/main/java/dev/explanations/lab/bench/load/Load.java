package dev.explanations.lab.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.submit.Ledger;
import dev.explanations.lab.submit.Pacer;
import dev.explanations.lab.submit.Result;
import dev.explanations.lab.submit.ResultFollower;
import dev.explanations.lab.submit.ResultListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Asks numbered requests and notes when each is answered, in three arrays: a {@link Ledger} of a
 * million requests would take the cores that are to be measured. Any thread may ask; results arrive
 * on one of its own.
 */
public final class Load implements AutoCloseable {

  public static final String REQUESTS = "explanations.requests";
  public static final String RESULTS = "explanations.results";
  public static final String DEAD_LETTERS = "explanations.dead-letters";

  /** Where requests go and results come from. */
  public record Topics(String requests, String results) {
    public static final Topics OF_WORKER = new Topics(REQUESTS, RESULTS);
  }

  private static final String ID_PREFIX = "b-";
  private static final Duration STEP = Duration.ofMillis(200);

  /** How long to watch for second results once each request has its first. */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private static final Duration TOPIC_TIMEOUT = Duration.ofSeconds(30);

  private final KafkaProducer<byte[], byte[]> producer;
  private final ResultFollower follower;
  private final ResultListener listener;
  private final Topics topics;
  private final Duration timeout;
  private final long[] asked;
  private final long[] answered;
  private final int[] answers;
  private final Map<String, Long> byStatus = new TreeMap<>();
  private final Map<String, Long> bySource = new TreeMap<>();
  private volatile @Nullable Exception failure;
  private int requests;
  private int waiting;

  public Load(
      String bootstrapServers,
      Topics topics,
      int capacity,
      Duration timeout,
      ResultListener listener) {
    this.topics = topics;
    this.timeout = timeout;
    this.listener = listener;
    this.asked = new long[capacity];
    this.answered = new long[capacity];
    this.answers = new int[capacity];
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                2 * 1024 * 1024),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.follower =
        ResultFollower.follow(
            bootstrapServers,
            topics.results(),
            new Ledger(),
            this::arrived,
            TOPIC_TIMEOUT,
            Map.of());
  }

  /** Asks for the explanation of the subject with that number. */
  public void ask(int subject) {
    ask(subject, Terms.USUAL);
  }

  private void ask(int subject, Terms terms) {
    String id = ID_PREFIX + published();
    String json = request(id, subject, terms);
    send(id.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8));
  }

  public static String request(String id, int subject, Terms terms) {
    return "{\"requestId\":\"%s\",\"topic\":\"Benchmarks\",\"subtopic\":\"Subject %d\"%s}"
        .formatted(id, subject, terms.json());
  }

  /**
   * Asks that many times and returns when the broker has all of it.
   *
   * @param perSecond 0 is as fast as the broker takes them
   * @param subjects from 0, 1, ... to the number of a subject
   */
  public void ask(int count, double perSecond, IntUnaryOperator subjects) {
    ask(count, perSecond, subjects, Terms.USUAL);
  }

  public void ask(int count, double perSecond, IntUnaryOperator subjects, Terms terms) {
    Pacer pacer = new Pacer(perSecond);
    for (int i = 0; i < count; i++) {
      pacer.await();
      ask(subjects.applyAsInt(i), terms);
    }
    flush();
  }

  /** The same, then {@link #awaitAll}. */
  public void askAndAwait(int count, double perSecond, IntUnaryOperator subjects)
      throws InterruptedException {
    ask(count, perSecond, subjects);
    awaitAll();
  }

  /** Asks whatever that is; its result is only shown to the listener. */
  public void send(byte[] key, byte @Nullable [] value) {
    Future<RecordMetadata> _ =
        producer.send(
            new ProducerRecord<>(topics.requests(), key, value),
            (metadata, exception) -> {
              if (exception != null) {
                failure = exception;
              }
            });
  }

  public void flush() {
    producer.flush();
    check();
  }

  /**
   * Waits until every request has a result, and a second longer for results that are too many.
   *
   * @return whether each has one; otherwise the timeout has passed
   */
  public boolean awaitAll() throws InterruptedException {
    boolean complete = awaitAtMostWaiting(0);
    Thread.sleep(SETTLE);
    check();
    return complete;
  }

  /** Waits until no more than that many requests have no result yet. */
  public boolean awaitAtMostWaiting(int count) throws InterruptedException {
    return await(() -> waiting <= count);
  }

  /** Waits until the requests from that number to, exclusively, that other have a result each. */
  public boolean awaitAnswered(int from, int to) throws InterruptedException {
    int[] next = {from};
    return await(
        () -> {
          while (next[0] < to && answers[next[0]] > 0) {
            next[0]++;
          }
          return next[0] == to;
        });
  }

  /** Looks after each result; returns whether it came true before the timeout. */
  private boolean await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < deadline) {
      check();
      synchronized (this) {
        if (condition.getAsBoolean()) {
          return true;
        }
        wait(STEP.toMillis());
        if (condition.getAsBoolean()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Requests asked so far: the number of the next. */
  public synchronized int requests() {
    return requests;
  }

  public synchronized int waiting() {
    return waiting;
  }

  /** The requests from that number to, exclusively, that other. */
  public synchronized Phase phase(int from, int to) {
    return Phase.of(asked, answered, answers, from, to);
  }

  /**
   * Those that waited at that time: asked before, and not answered before.
   *
   * @param from number of the first request to look at
   */
  public synchronized Phase waitingAt(int from, long nanos) {
    return Phase.waitingAt(asked, answered, answers, from, requests, nanos);
  }

  /** Of all results of this load, the warm-up's too. */
  public synchronized Map<String, Long> byStatus() {
    return new TreeMap<>(byStatus);
  }

  public synchronized Map<String, Long> bySource() {
    return new TreeMap<>(bySource);
  }

  @Override
  public void close() {
    follower.close();
    producer.close();
  }

  private synchronized int published() {
    asked[requests] = System.nanoTime();
    waiting++;
    return requests++;
  }

  private void arrived(Result result, JsonNode body) {
    listener.arrived(result, body);
    if (result.requestId().startsWith(ID_PREFIX)) {
      note(Integer.parseInt(result.requestId().substring(ID_PREFIX.length())), result);
    }
  }

  private synchronized void note(int number, Result result) {
    byStatus.merge(result.status(), 1L, Long::sum);
    bySource.merge(String.valueOf(result.source()), 1L, Long::sum);
    answers[number]++;
    if (answers[number] == 1) {
      answered[number] = result.arrivalNanos();
      waiting--;
      notifyAll();
    }
  }

  private void check() {
    follower.check();
    Exception cause = failure;
    if (cause != null) {
      throw new IllegalStateException("cannot publish: " + cause.getMessage(), cause);
    }
  }
}
