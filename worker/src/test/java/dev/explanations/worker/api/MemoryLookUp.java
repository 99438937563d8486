package dev.explanations.worker.api;

import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.store.HitCounts.Hits;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Answers as a test says. */
final class MemoryLookUp implements CacheLookUp {
  static final String KEY = "0123456789abcdef".repeat(4);
  static final Instant CREATED = Instant.parse("2026-11-23T12:00:00Z");

  volatile Answer answer =
      new Answer.Found(
          KEY,
          new Explanation("Leaves make sugar.", "gemini-x", "1", new Usage(10, 20, 30)),
          new Validity(FoldedHashes.NONE, Generation.UNKNOWN, CREATED, CREATED.plusSeconds(3_600)),
          Source.STATE_STORE,
          new Hits(7, CREATED.plusSeconds(5)));

  /** Each question, and its prompt version. */
  final List<ExplanationRequest> questions = new CopyOnWriteArrayList<>();

  volatile @Nullable String version;

  @Override
  public Answer find(ExplanationRequest question, @Nullable String promptVersion) {
    questions.add(question);
    version = promptVersion;
    return answer;
  }
}
