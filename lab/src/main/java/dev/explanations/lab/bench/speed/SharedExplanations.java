package dev.explanations.lab.bench.speed;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Terms;
import dev.explanations.lab.redis.EmbeddedRedis;
import dev.explanations.worker.cache.RedisCache;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.request.Decoded;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.CacheKey;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.policy.PromptFile;
import dev.explanations.worker.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Puts into Redis what another application might have left there. */
record SharedExplanations(EmbeddedRedis redis) {

  /** The default of GEMINI_MODEL, which is part of the cache key. */
  private static final String MODEL = "gemini-3.5-flash-lite";

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration TTL = Duration.ofHours(1);

  /** As long as explanations usually are. */
  private static final String TEXT = "An explanation of some length. ".repeat(25);

  /** For the subjects of a load, from one number to, exclusively, another. */
  void put(int first, int end) {
    Settings.Redis settings =
        new Settings.Redis(true, "127.0.0.1", redis.port(), 0, null, null, false, null, TIMEOUT);
    try (RedisCache cache = new RedisCache(settings, 1, Clock.systemUTC())) {
      for (int subject = first; subject < end; subject++) {
        put(cache, subject);
      }
      if (cache.statistics().sets() != end - first) {
        throw new IllegalStateException("Redis did not take all: " + cache.statistics());
      }
    }
  }

  private static void put(RedisCache cache, int subject) {
    byte[] request = Load.request("any", subject, Terms.USUAL).getBytes(UTF_8);
    if (!(new RequestDecoder().decode(null, request)
        instanceof Decoded.Valid(ExplanationRequest asked))) {
      throw new IllegalStateException("BUG: the load asks for nothing valid");
    }
    Instant now = Instant.now();
    cache.put(
        CacheKey.of(asked, MODEL, PromptFile.DEFAULT_VERSION).value(),
        new CacheEntry(
            new Explanation(TEXT, MODEL, PromptFile.DEFAULT_VERSION, new Usage(42, 180, 222)),
            FoldedHashes.of(asked),
            now,
            now.plus(TTL)));
  }
}
