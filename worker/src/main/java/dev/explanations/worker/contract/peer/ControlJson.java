package dev.explanations.worker.contract.peer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.contract.Bounds;
import dev.explanations.worker.contract.ChargeJson;
import dev.explanations.worker.contract.Json;
import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.contract.peer.Command.Kind;
import dev.explanations.worker.contract.peer.Command.Pause;
import dev.explanations.worker.contract.peer.Command.ResetBreaker;
import dev.explanations.worker.contract.peer.Command.Resume;
import dev.explanations.worker.contract.peer.Command.SetBudget;
import dev.explanations.worker.contract.peer.Command.SetCandidateShare;
import dev.explanations.worker.contract.peer.Command.Target;
import dev.explanations.worker.contract.peer.ControlRecord.Departed;
import dev.explanations.worker.contract.peer.ControlRecord.Expired;
import dev.explanations.worker.contract.peer.ControlRecord.Heartbeat;
import dev.explanations.worker.contract.peer.ControlRecord.Ordered;
import dev.explanations.worker.contract.peer.ControlRecord.PartitionSpent;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.spending.BudgetLimits;
import dev.explanations.worker.spending.Spent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Control records: the key is the subject, the value is as in {@code schemas/control.schema.json}.
 * Thread-safe. Workers of different versions share the topic: unknown fields are ignored, and what
 * cannot be read, or is out of {@link Bounds}, is no reason to stop.
 */
public final class ControlJson {

  private static final String GENERATION = "cache/generation";
  private static final String INVALID = "cache/invalid/";
  private static final String BREAKER = "breaker/";
  private static final String PAUSED = "worker/paused";
  private static final String WORKER = "worker/";
  private static final String CANDIDATE = "prompt/candidate";
  private static final String BUDGET = "budget";

  private static final String PER_DAY = "perDayUsd";
  private static final String PER_MONTH = "perMonthUsd";
  private static final String SPENT = "spent/";

  private static final Map<String, Kind> KINDS = Json.byName(Kind.values(), Kind::wireName);

  /** The record's key: its subject, so that compaction keeps the last record of each. */
  public byte[] key(ControlRecord record) {
    return subject(record).getBytes(StandardCharsets.UTF_8);
  }

  private static String subject(ControlRecord record) {
    return switch (record) {
      case Ordered(Command command, var _, var _) ->
          switch (command) {
            case ClearCache() -> GENERATION;
            case InvalidateCache(Target target) -> INVALID + target.hash();
            case HoldBreakerOpen(String breaker) -> BREAKER + breaker;
            case ResetBreaker(String breaker) -> BREAKER + breaker;
            case Pause(), Resume() -> PAUSED;
            case SetCandidateShare _ -> CANDIDATE;
            case SetBudget _ -> BUDGET;
          };
      case Heartbeat heartbeat -> WORKER + heartbeat.instance();
      case Departed(String instance) -> WORKER + instance;
      case Expired(String hash) -> INVALID + hash;
      case PartitionSpent(int partition, var _) -> SPENT + partition;
    };
  }

  /** The record's value; {@code null} is a tombstone. */
  public byte @Nullable [] value(ControlRecord record) {
    return switch (record) {
      case Ordered(Command command, Instant at, String by) ->
          Json.object(
              json -> {
                write(json, command);
                Json.text(json, "at", at.toString());
                Json.text(json, "by", by);
              });
      case Heartbeat(var _, long applied, Instant at) ->
          Json.object(
              json -> {
                json.writeNumberField("applied", applied);
                Json.text(json, "at", at.toString());
              });
      case PartitionSpent(var _, Spent spent) -> Json.object(json -> write(json, spent));
      case Departed _, Expired _ -> null;
    };
  }

  private static void write(JsonGenerator json, Spent spent) throws IOException {
    Json.text(json, "day", spent.day().toString());
    ChargeJson.write(json, "onDay", spent.onDay());
    ChargeJson.write(json, "inMonth", spent.inMonth());
    ChargeJson.write(json, "dearestNanos", spent.dearest());
  }

  private static void write(JsonGenerator json, Command command) throws IOException {
    switch (command) {
      case ClearCache() -> {}
      case InvalidateCache(Target target) -> Json.text(json, "kind", target.kind().wireName());
      case HoldBreakerOpen _ -> Json.text(json, "state", "open");
      case ResetBreaker _ -> Json.text(json, "state", "normal");
      case Pause() -> json.writeBooleanField("paused", true);
      case Resume() -> json.writeBooleanField("paused", false);
      case SetCandidateShare(double share) -> json.writeNumberField("candidateShare", share);
      case SetBudget(BudgetLimits limits) -> {
        write(json, PER_DAY, limits.perDay());
        write(json, PER_MONTH, limits.perMonth());
      }
    }
  }

  private static void write(JsonGenerator json, String name, @Nullable Usd limit)
      throws IOException {
    if (limit == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, limit.dollars());
    }
  }

  /** Empty if this version does not know the record. */
  public Optional<ControlRecord> read(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null) {
      return Optional.empty();
    }
    String subject = new String(key, StandardCharsets.UTF_8);
    try {
      return Optional.of(value == null ? tombstone(subject) : read(subject, Json.tree(value)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ControlRecord tombstone(String subject) {
    if (subject.startsWith(INVALID)) {
      return new Expired(name(subject, INVALID));
    }
    if (subject.startsWith(WORKER) && !subject.equals(PAUSED)) {
      return new Departed(name(subject, WORKER));
    }
    throw new IllegalArgumentException("nobody deletes it");
  }

  private static ControlRecord read(String subject, JsonNode json) {
    if (subject.startsWith(WORKER) && !subject.equals(PAUSED)) {
      return new Heartbeat(
          name(subject, WORKER),
          Bounds.number(json, "applied", -1, Long.MAX_VALUE),
          Bounds.instant(json, "at"));
    }
    if (subject.startsWith(SPENT)) {
      return new PartitionSpent(
          Bounds.partition(name(subject, SPENT)),
          new Spent(
              Bounds.date(json, "day"),
              ChargeJson.read(json, "onDay"),
              ChargeJson.read(json, "inMonth"),
              ChargeJson.cost(json, "dearestNanos")));
    }
    return new Ordered(
        command(subject, json),
        Bounds.instant(json, "at"),
        Bounds.textOrEmpty(json, "by", Bounds.SUBJECT));
  }

  private static Command command(String subject, JsonNode json) {
    if (subject.equals(GENERATION)) {
      return new ClearCache();
    }
    if (subject.startsWith(INVALID)) {
      return new InvalidateCache(
          new Target(Json.byName(KINDS, Json.text(json, "kind")), name(subject, INVALID)));
    }
    if (subject.equals(PAUSED)) {
      return Json.bool(json, "paused") ? new Pause() : new Resume();
    }
    if (subject.equals(CANDIDATE)) {
      return new SetCandidateShare(Json.number(json, "candidateShare"));
    }
    if (subject.equals(BUDGET)) {
      return new SetBudget(new BudgetLimits(limit(json, PER_DAY), limit(json, PER_MONTH)));
    }
    String breaker = name(subject, BREAKER);
    return switch (Json.text(json, "state")) {
      case "open" -> new HoldBreakerOpen(breaker);
      case "normal" -> new ResetBreaker(breaker);
      default -> throw new IllegalArgumentException("unknown state");
    };
  }

  private static @Nullable Usd limit(JsonNode json, String name) {
    return json.hasNonNull(name) ? Bounds.dollars(json, name) : null;
  }

  private static String name(String subject, String prefix) {
    int length = subject.length() - prefix.length();
    if (!subject.startsWith(prefix) || length == 0 || length > Bounds.SUBJECT) {
      throw new IllegalArgumentException("unknown subject");
    }
    return subject.substring(prefix.length());
  }
}
