package dev.explanations.worker.topology;

import dev.explanations.worker.dispatch.Admission;
import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.dispatch.Question;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.tracing.TraceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A dispatcher that makes no calls: the test decides when and how each one ends. */
final class FakeLane implements Lane {

  /** Accepted calls in order: cache key and call id. */
  record Offered(
      String cacheKey,
      String callId,
      Prompt prompt,
      FoldedHashes hashes,
      boolean mayBeShared,
      @Nullable TraceContext trace) {}

  /** Keys that were looked up although nothing could be offered. */
  final List<String> lookedAhead = new ArrayList<>();

  final List<Offered> offered = new ArrayList<>();
  final List<String> marks = new ArrayList<>();
  final Set<String> held = new HashSet<>();
  final Map<String, String> underWay = new LinkedHashMap<>();
  int room = Integer.MAX_VALUE;
  boolean looksUp;
  boolean paused;
  boolean shut;
  boolean exhausted;
  Instant shutUntil = Instant.MAX;

  /** Calls that have not begun, as far as {@link #withdraw} is concerned. */
  final Set<String> ready = new HashSet<>();

  /** Accepted calls that are still looked up, or wait for a slot. */
  int notBegun;

  /** Keys that the gate passes over. */
  final Set<String> passedOver = new HashSet<>();

  boolean satisfied;
  boolean closed;

  private final String id;

  FakeLane(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public long begun() {
    return (long) offered.size() - notBegun;
  }

  @Override
  public Room room() {
    if (shut || exhausted) {
      return shut ? Room.SHUT : Room.EXHAUSTED;
    }
    return paused ? Room.PAUSED : held.size() < room ? Room.FREE : Room.FULL;
  }

  @Override
  public Instant shutUntil() {
    return shutUntil;
  }

  @Override
  public Admission offer(String cacheKey, Supplier<Question> question) {
    if (underWay.containsKey(cacheKey)) {
      return new Admission.UnderWay(underWay.get(cacheKey));
    }
    if (room() != Room.FREE && !((shut || exhausted) && looksUp)) {
      return new Admission.NoRoom();
    }
    if (passedOver.contains(cacheKey)) {
      return new Admission.PassedOver();
    }
    String callId = "call-" + offered.size();
    Question asked = question.get();
    offered.add(
        new Offered(
            cacheKey, callId, asked.prompt(), asked.hashes(), asked.mayBeShared(), asked.trace()));
    held.add(callId);
    return new Admission.Accepted(callId);
  }

  @Override
  public boolean looksUp() {
    return looksUp;
  }

  @Override
  public void lookAhead(String cacheKey) {
    lookedAhead.add(cacheKey);
  }

  @Override
  public void satisfied() {
    satisfied = true;
  }

  @Override
  public void outcomeRead(String cacheKey, String callId) {
    held.remove(callId);
  }

  @Override
  public boolean withdraw(String cacheKey, String callId) {
    boolean withdrawn = ready.remove(callId);
    if (withdrawn) {
      held.remove(callId);
    }
    return withdrawn;
  }

  @Override
  public boolean isInFlight(String cacheKey, String callId) {
    return held.contains(callId);
  }

  @Override
  public void mark(String nonce) {
    marks.add(nonce);
  }

  @Override
  public void close() {
    closed = true;
  }
}
