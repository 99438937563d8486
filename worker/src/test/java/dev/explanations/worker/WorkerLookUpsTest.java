package dev.explanations.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.explanations.worker.api.CacheLookUp.Answer;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.control.CacheStates;
import dev.explanations.worker.explanation.CacheKey;
import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.kafka.Member;
import dev.explanations.worker.kafka.StoreReader.Reply;
import dev.explanations.worker.policy.PromptFile;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.store.HitCounts;
import dev.explanations.worker.store.StoredExplanation;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkerLookUpsTest {

  private static final ExplanationRequest QUESTION =
      new ExplanationRequest(
          "none", "Biology", "Cells", Detail.BRIEF, "e", "en", OnUnavailable.RETRY, null, null);
  private static final FoldedHashes HASHES = FoldedHashes.of(QUESTION);
  private static final String KEY = CacheKey.of(QUESTION, "m", "1").value();
  private static final Explanation TEXT = new Explanation("text", "m-1", "1", new Usage(1, 2, 3));

  private final ManualClock clock = new ManualClock();
  private final Instant called = clock.instant().minusSeconds(30);
  private final Instant expires = clock.instant().plusSeconds(60);
  private final HitCounts hits = new HitCounts();
  private final Map<String, CacheEntry> redis = new HashMap<>();
  private CacheState state = CacheStates.EMPTY;
  private Reply reply = new Reply.Owned(Optional.empty());
  private boolean started = true;

  private Answer find(@Nullable String promptVersion) {
    Prompts prompts = new Prompts("m", PromptFile.builtIn(), null, () -> 0);
    WorkerLookUps.Tiers tiers =
        new WorkerLookUps.Tiers(
            (question, key) -> {
              assertThat(question).isEqualTo(HASHES.question());
              return reply;
            },
            key -> Optional.ofNullable(redis.get(key)),
            () -> state);
    return new WorkerLookUps(
            () -> started ? Optional.of(tiers) : Optional.empty(), prompts, hits, "https", clock)
        .find(QUESTION, promptVersion);
  }

  private Answer find() {
    return find(null);
  }

  private Validity store(@Nullable Explanation explanation) throws IOException {
    Validity validity = new Validity(HASHES, state.generation(), called, expires);
    CBORMapper cbor = CBORMapper.builder().addModule(new JavaTimeModule()).build();
    reply =
        new Reply.Owned(
            Optional.of(cbor.writeValueAsBytes(new StoredExplanation(explanation, validity))));
    return validity;
  }

  @Test
  void storedExplanation_isFound_untilItExpires() throws Exception {
    Validity validity = store(TEXT);
    assertThat(find()).isEqualTo(new Answer.Found(KEY, TEXT, validity, Source.STATE_STORE, null));
    hits.add(KEY, validity, called);
    assertThat(find())
        .isEqualTo(
            new Answer.Found(
                KEY, TEXT, validity, Source.STATE_STORE, new HitCounts.Hits(1, called)));

    clock.advance(Duration.ofSeconds(60));
    assertThat(find()).isEqualTo(new Answer.Absent(KEY));
  }

  @Test
  void voidEntry_isNone_asSoonAsTheCommandIsKnown() throws Exception {
    store(TEXT);
    state = CacheStates.after(state, 7, clock.instant(), new Command.ClearCache());

    assertThat(find()).isEqualTo(new Answer.Absent(KEY));
  }

  @Test
  void unreadableEntry_isNone() {
    reply = new Reply.Owned(Optional.of(new byte[] {1, 2, 3}));

    assertThat(find()).isEqualTo(new Answer.Absent(KEY));
  }

  @Test
  void refusedQuestion_isTold() throws Exception {
    store(null);

    assertThat(find()).isEqualTo(new Answer.Refused(KEY, expires));
  }

  @Test
  void redis_isAskedWhereTheStoreHasNone() throws Exception {
    redis.put(KEY, new CacheEntry(TEXT, HASHES, called, expires));
    assertThat(find())
        .isInstanceOfSatisfying(
            Answer.Found.class,
            found -> {
              assertThat(found.tier()).isEqualTo(Source.REDIS);
              assertThat(found.validity().calledAt()).isEqualTo(called);
              assertThat(found.validity().expiresAt()).isEqualTo(expires);
            });

    store(TEXT);
    assertThat(find())
        .isInstanceOfSatisfying(
            Answer.Found.class, found -> assertThat(found.tier()).isEqualTo(Source.STATE_STORE));
  }

  @Test
  void promptVersion_isPartOfTheKey() {
    assertThat(find("next-1"))
        .isEqualTo(new Answer.Absent(CacheKey.of(QUESTION, "m", "next-1").value()));
  }

  @Test
  void otherOwner_isToldByAddressOrName() {
    reply = new Reply.OwnedBy(new Member.Addressed("[fd00::7]", 8080));
    assertThat(find()).isEqualTo(new Answer.Elsewhere("https://[fd00::7]:8080"));

    reply = new Reply.OwnedBy(new Member.Named("w2"));
    assertThat(find()).isEqualTo(new Answer.OwnedBy("w2"));
  }

  @Test
  void nobodyIsAsked_whileThePartitionMoves_orTheWorkerStarts() {
    reply = new Reply.Moving();
    assertThat(find()).isEqualTo(new Answer.Moving());

    started = false;
    assertThat(find()).isEqualTo(new Answer.Moving());
  }
}
