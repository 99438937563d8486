package dev.explanations.worker.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import java.io.IOException;

/**
 * Charges in outcomes and control records. Numbers that are zero, and an empty charge, are absent.
 */
public final class ChargeJson {

  private static final long MAX_CALLS = 1_000_000_000_000L;
  private static final long MAX_TOKENS = 500_000_000_000_000L;

  /** Half a million dollars: the sum over all {@link Bounds#PARTITIONS} does not overflow. */
  private static final long MAX_NANOS = 500_000_000_000_000L;

  private ChargeJson() {}

  public static void write(JsonGenerator json, String name, Charge charge) throws IOException {
    if (charge.equals(Charge.NONE)) {
      return;
    }
    json.writeObjectFieldStart(name);
    write(json, "calls", charge.calls(), MAX_CALLS);
    write(json, "promptTokens", charge.promptTokens(), MAX_TOKENS);
    write(json, "outputTokens", charge.outputTokens(), MAX_TOKENS);
    write(json, "costNanos", charge.cost());
    write(json, "unpriced", charge.unpriced(), MAX_CALLS);
    write(json, "unknown", charge.unknown(), MAX_CALLS);
    json.writeEndObject();
  }

  /** Writes billionths of a dollar. */
  public static void write(JsonGenerator json, String name, Usd cost) throws IOException {
    write(json, name, cost.nanos(), MAX_NANOS);
  }

  private static void write(JsonGenerator json, String name, long number, long max)
      throws IOException {
    if (number != 0) {
      json.writeNumberField(name, Math.min(number, max));
    }
  }

  public static Charge read(JsonNode parent, String name) {
    if (!parent.has(name)) {
      return Charge.NONE;
    }
    JsonNode json = Json.object(parent, name);
    return new Charge(
        number(json, "calls", MAX_CALLS),
        number(json, "promptTokens", MAX_TOKENS),
        number(json, "outputTokens", MAX_TOKENS),
        cost(json, "costNanos"),
        number(json, "unpriced", MAX_CALLS),
        number(json, "unknown", MAX_CALLS));
  }

  /** Reads billionths of a dollar. */
  public static Usd cost(JsonNode json, String name) {
    return new Usd(number(json, name, MAX_NANOS));
  }

  private static long number(JsonNode json, String name, long max) {
    return json.has(name) ? Bounds.number(json, name, 0, max) : 0;
  }
}
