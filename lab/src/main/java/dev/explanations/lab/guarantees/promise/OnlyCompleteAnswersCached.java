package dev.explanations.lab.guarantees.promise;

import dev.explanations.lab.guarantees.CallMark;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Answered;
import dev.explanations.lab.guarantees.Observation.CallEnded;
import dev.explanations.lab.guarantees.ViolationLog;
import dev.explanations.lab.simulator.script.Reply;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Explanations, sent or kept for later, are whole texts of complete answers. */
final class OnlyCompleteAnswersCached extends ViolationLog {

  private final Set<Long> complete = new HashSet<>();
  private final Set<Long> incomplete = new HashSet<>();

  /** Places of texts by call: a text may be seen before the end of the call that it came from. */
  private final Map<Long, Place> undecided = new HashMap<>();

  private record Place(long nanos, String where) {}

  @Override
  public void saw(Observation observation) {
    switch (observation) {
      case CallEnded it -> ended(it);
      case Answered it when it.body().path("status").asText().equals("explained") -> answered(it);
      case Observation.Cached it -> cached(it);
      default -> {}
    }
  }

  private void ended(CallEnded it) {
    boolean whole = it.reply() instanceof Reply.Answer || it.reply() instanceof Reply.SlowBody;
    (whole ? complete : incomplete).add(it.call());
    Place place = undecided.remove(it.call());
    if (place != null && !whole) {
      incomplete(place, it.call());
    }
  }

  private void incomplete(Place place, long call) {
    broken(place.nanos, "%s has a text of call %d, no answer".formatted(place.where, call));
  }

  private void answered(Answered it) {
    String where = "the result of " + it.requestId() + ", " + it.body().path("source").asText();
    String text = it.body().path("explanation").asText();
    OptionalLong number = CallMark.number(text);
    if (number.isEmpty()) {
      broken(it.nanos(), where + " has a text that is of no call");
    } else {
      long call = number.getAsLong();
      look(new Place(it.nanos(), where), call, CallMark.isWhole(text, call));
    }
  }

  private void cached(Observation.Cached it) {
    List<Long> numbers = CallMark.numbersIn(it.text());
    if (numbers.isEmpty()) {
      broken(it.nanos(), it.where() + " has a text that is of no call");
    }
    for (long call : numbers) {
      look(new Place(it.nanos(), it.where()), call, CallMark.holdsWhole(it.text(), call));
    }
  }

  private void look(Place place, long call, boolean whole) {
    if (!whole) {
      broken(place.nanos, "%s has a part of the text of call %d".formatted(place.where, call));
    } else if (incomplete.contains(call)) {
      incomplete(place, call);
    } else if (!complete.contains(call)) {
      undecided.put(call, place);
    }
  }

  @Override
  protected void end() {
    undecided.forEach((call, place) -> incomplete(place, call));
  }
}
