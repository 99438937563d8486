package dev.explanations.lab.guarantees.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.RedisFixture;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.CacheEntryJson;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.CacheKey;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.policy.PromptFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.SetParams;

/** A clear with two workers, both tiers full, and requests that do not stop for it. */
class CacheClearIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODEL = "gemini-3.5-flash-lite";
  private static final int ENTRIES = 10_000;

  /** Asked about again and again while the cache is cleared. */
  private static final int HOT = 500;

  @RegisterExtension static final Cluster cluster = new Cluster();

  private RedisFixture server;
  private RedisClient redis;
  private Rig rig;
  private int asked;

  @BeforeEach
  void startRedis() {
    server = RedisFixture.start();
    redis = RedisClient.create("127.0.0.1", server.port());
    rig = cluster.rig(Behaviour.answer(Duration.ZERO));
  }

  @AfterEach
  void stopRedis() {
    rig.close();
    redis.close();
    server.close();
  }

  private Worker start(String name) {
    return rig.start(
        name,
        "REDIS_ENABLED",
        "true",
        "REDIS_PORT",
        Integer.toString(server.port()),
        "REDIS_TIMEOUT",
        "2s",
        "GEMINI_MODEL",
        MODEL,
        "GEMINI_MAX_IN_FLIGHT",
        "128",
        // an open transaction holds results back for long enough to be seen
        "KAFKA_COMMIT_INTERVAL_MS",
        "200");
  }

  /** All entries, as if another cluster had called for them. */
  private void share() {
    RequestDecoder decoder = new RequestDecoder();
    CacheEntryJson json = new CacheEntryJson();
    Instant calledAt = Instant.now().minusSeconds(60);
    Explanation explanation =
        new Explanation("old", "m", PromptFile.DEFAULT_VERSION, new Usage(1, 2, 3));
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (int i = 0; i < ENTRIES; i++) {
        ExplanationRequest request = decoder.read(null, Rig.request("r", i).getBytes(UTF_8), null);
        String key = CacheKey.of(request, MODEL, PromptFile.DEFAULT_VERSION).value();
        CacheEntry entry =
            new CacheEntry(
                explanation,
                FoldedHashes.of(request),
                calledAt,
                calledAt.plus(Duration.ofHours(1)));
        byte[] name = ("explanation:" + key).getBytes(UTF_8);
        pipeline.set(name, json.write(key, entry), SetParams.setParams().ex(3_600));
      }
      pipeline.sync();
    }
  }

  private void ask(int explanation) {
    String id = "r-" + asked++;
    rig.ask(id, Rig.request(id, explanation));
  }

  /** Where committed results end now: what comes later was not visible before. */
  private Map<TopicPartition, Long> visible() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                rig.broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      return consumer.endOffsets(rig.topics().partitions(rig.topic("results")));
    }
  }

  private static Instant time(JsonNode result, String field) {
    return Instant.parse(result.path(field).asText());
  }

  private static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
    try {
      return JSON.readTree(record.value());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Instant calledAt(String key) throws IOException {
    String entry = redis.get(key);
    // it may have been deleted since its key was read
    return entry == null ? Instant.MAX : time(JSON.readTree(entry), "calledAt");
  }

  private Set<String> keys() {
    return redis.keys("explanation:*");
  }

  private long liveInStores() {
    Map<String, Boolean> live = new HashMap<>();
    rig.topics()
        .read(rig.applicationId + "-explanations-changelog")
        .forEach(record -> live.put(new String(record.key(), UTF_8), record.value() != null));
    return live.values().stream().filter(it -> it).count();
  }

  @Test
  void fromItsAcknowledgementOn_noOldEntryIsServed_andAllAreDeletedInTheEnd() throws Exception {
    Worker w1 = start("w1");
    start("w2");
    for (int i = 0; i < 100; i++) {
      redis.set("foreign:" + i, "value");
    }
    redis.set("explanation", "value");
    redis.set("explanations:1", "value");
    share();
    for (int i = 0; i < ENTRIES; i++) {
      ask(i);
    }
    rig.awaitResults(ENTRIES);
    assertThat(keys()).hasSize(ENTRIES);
    assertThat(liveInStores()).isEqualTo(ENTRIES);

    Instant begin = Instant.now();
    for (int i = 0; i < HOT; i++) {
      ask(i);
    }
    // some have been answered from the cache, others are on their way when the command comes
    rig.awaitResults(ENTRIES + 1);
    CompletableFuture<Map<TopicPartition, Long>> acknowledged =
        CompletableFuture.supplyAsync(
            () -> {
              Operator.Answer answer = new Operator(w1.httpPort()).command("/api/cache/clear");
              assertThat(answer.applied()).containsExactly("w1", "w2");
              assertThat(answer.missing()).isEmpty();
              return visible();
            });
    while (!acknowledged.isDone()) {
      ask(asked % HOT);
      rig.awaitResults(asked - HOT);
    }
    Map<TopicPartition, Long> visible = acknowledged.get();
    Instant end = Instant.now();
    for (int i = HOT; i < 4 * HOT; i++) {
      ask(i);
    }
    rig.answeredExactlyOnce();

    Map<String, Instant> calledAgain = new HashMap<>();
    for (JsonNode result : rig.results) {
      if (result.path("source").asText().equals("gemini")
          && time(result, "completedAt").isAfter(begin)) {
        calledAgain.merge(
            result.path("subtopic").asText(),
            time(result, "completedAt"),
            (one, other) -> one.isBefore(other) ? one : other);
      }
    }
    int hitsBefore = 0;
    int hitsAfter = 0;
    for (ConsumerRecord<byte[], byte[]> record : rig.topics().read(rig.topic("results"))) {
      JsonNode result = json(record);
      boolean entry = Set.of("state_store", "redis").contains(result.path("source").asText());
      boolean later =
          record.offset() >= visible.get(new TopicPartition(record.topic(), record.partition()));
      if (entry && later) {
        hitsAfter++;
        Instant called = calledAgain.get(result.path("subtopic").asText());
        assertThat(called).as(result.toString()).isNotNull();
        assertThat(time(result, "completedAt")).as(result.toString()).isAfterOrEqualTo(called);
      } else if (entry && time(result, "completedAt").isAfter(begin)) {
        hitsBefore++;
      }
    }
    assertThat(hitsBefore + hitsAfter).as("requests flowed").isPositive();
    for (int i = HOT; i < 4 * HOT; i++) {
      assertThat(calledAgain.get(Rig.subtopic(i))).as("call for " + i).isAfter(end);
    }
    await("nothing old is left")
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              assertThat(keys()).allSatisfy(key -> assertThat(calledAt(key)).isAfter(begin));
              assertThat(keys()).hasSizeLessThanOrEqualTo(calledAgain.size());
              assertThat(liveInStores()).isEqualTo(calledAgain.size());
            });
    assertThat(redis.keys("foreign:*")).hasSize(100);
    assertThat(redis.exists("explanation", "explanations:1")).isEqualTo(2);
  }
}
