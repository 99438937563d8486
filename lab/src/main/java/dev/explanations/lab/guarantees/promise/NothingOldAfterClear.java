package dev.explanations.lab.guarantees.promise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.guarantees.CallMark;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Answered;
import dev.explanations.lab.guarantees.Observation.Order;
import dev.explanations.lab.guarantees.Observation.Ordered;
import dev.explanations.lab.guarantees.ViolationLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A request that was made after a clear or an invalidation had been acknowledged is not answered by
 * a call that began before the command was sent.
 */
final class NothingOldAfterClear extends ViolationLog {

  private final Map<Long, Long> calls = new HashMap<>();
  private final Map<String, Long> requested = new HashMap<>();
  private final List<Ordered> orders = new ArrayList<>();

  @Override
  public void saw(Observation observation) {
    switch (observation) {
      case Observation.CallBegan it -> calls.put(it.call(), it.nanos());
      // of two requests with the same id, the first counts
      case Observation.Requested it -> requested.putIfAbsent(it.requestId(), it.nanos());
      case Observation.NotRequested it -> requested.remove(it.requestId());
      case Ordered it when it.order() == Order.CLEAR || it.order() == Order.INVALIDATE ->
          orders.add(it);
      case Answered it -> answered(it);
      default -> {}
    }
  }

  private void answered(Answered it) {
    Long asked = requested.remove(it.requestId());
    OptionalLong number = CallMark.number(it.body().path("explanation").asText());
    Long began = number.isEmpty() ? null : calls.get(number.getAsLong());
    if (asked == null || began == null) {
      return;
    }
    orders.stream()
        .filter(order -> concerns(order, it.body()))
        .filter(order -> order.nanos() < asked && began < order.sent())
        .findFirst()
        .ifPresent(
            order ->
                broken(
                    it.nanos(),
                    "%s, made %d ms after a %s, got call %d, begun %d ms before it was sent (%s)"
                        .formatted(
                            it.requestId(),
                            (asked - order.nanos()) / 1_000_000,
                            order.order(),
                            number.getAsLong(),
                            (order.sent() - began) / 1_000_000,
                            it.body().path("source").asText())));
  }

  private static boolean concerns(Ordered order, JsonNode body) {
    return order.order() == Order.CLEAR || order.target().equals(body.path("topic").asText());
  }
}
