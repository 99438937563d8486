package dev.explanations.lab.guarantees.promise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.guarantees.CallMark;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Answered;
import dev.explanations.lab.guarantees.Observation.CallBegan;
import dev.explanations.lab.guarantees.ViolationLog;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * An explanation is of the question that its request asked, and was made by the model that the
 * result names. All results of a call name the same version of the prompt.
 */
final class NoWrongAnswer extends ViolationLog {

  private final Map<Long, Call> calls = new HashMap<>();
  private final Map<String, String> waiting = new HashMap<>();
  private final List<Answered> early = new ArrayList<>();

  private static final class Call {
    final String question;
    final String model;
    String promptVersion = "";

    Call(String question, String model) {
      this.question = question;
      this.model = model;
    }
  }

  @Override
  public void saw(Observation observation) {
    switch (observation) {
      case CallBegan it -> calls.put(it.call(), new Call(it.question(), it.model().intern()));
      case Observation.Requested it -> waiting.put(it.requestId(), it.question());
      case Observation.NotRequested it -> waiting.remove(it.requestId());
      case Answered it -> answered(it);
      default -> {}
    }
  }

  private void answered(Answered it) {
    JsonNode body = it.body();
    String asked = waiting.remove(it.requestId());
    if (!body.path("status").asText().equals("explained")) {
      return;
    }
    String subtopic = body.path("subtopic").asText();
    if (asked != null && !isSame(asked, subtopic)) {
      broken(it.nanos(), "%s asked %s, answered %s".formatted(it.requestId(), asked, subtopic));
    }
    OptionalLong number = CallMark.number(body.path("explanation").asText());
    if (number.isEmpty()) {
      broken(it.nanos(), "%s has a text that is of no call".formatted(it.requestId()));
    } else if (calls.containsKey(number.getAsLong())) {
      compare(it, number.getAsLong());
    } else {
      early.add(it);
    }
  }

  private void compare(Answered it, long number) {
    Call call = calls.get(number);
    JsonNode body = it.body();
    String subtopic = body.path("subtopic").asText();
    String model = body.path("model").asText();
    String version = body.path("promptVersion").asText();
    if (call == null) {
      broken(it.nanos(), "%s has a text of call %d: none".formatted(it.requestId(), number));
    } else if (!isSame(subtopic, call.question)) {
      broken(
          it.nanos(),
          "%s asked %s and got the text of call %d, made for %s"
              .formatted(it.requestId(), subtopic, number, call.question));
    } else if (!model.equals(call.model)) {
      broken(
          it.nanos(),
          "%s names the model %s, but call %d was made to %s"
              .formatted(it.requestId(), model, number, call.model));
    } else if (call.promptVersion.isEmpty()) {
      call.promptVersion = version.intern();
    } else if (!call.promptVersion.equals(version)) {
      broken(
          it.nanos(),
          "%s names prompt version %s for call %d, an earlier result %s"
              .formatted(it.requestId(), version, number, call.promptVersion));
    }
  }

  /** Compares as the cache key does: white space and Unicode composition do not count. */
  private static boolean isSame(String one, String other) {
    return one.equals(other) || exact(one).equals(exact(other));
  }

  private static String exact(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC).replaceAll("(?U)\\s+", " ").strip();
  }

  @Override
  protected void end() {
    for (Answered it : early) {
      compare(it, CallMark.number(it.body().path("explanation").asText()).orElseThrow());
    }
  }
}
