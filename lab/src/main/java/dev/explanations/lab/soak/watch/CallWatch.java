package dev.explanations.lab.soak.watch;

import dev.explanations.lab.guarantees.Observation.CallBegan;
import dev.explanations.lab.guarantees.Observation.CallEnded;
import dev.explanations.lab.guarantees.Witness;
import dev.explanations.lab.simulator.CallListener;
import dev.explanations.lab.simulator.script.Call;
import dev.explanations.lab.simulator.script.Reply;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reports calls as the simulator saw them. */
public final class CallWatch implements CallListener {

  static final String UNKNOWN = "unknown";

  private static final Pattern PROMPT_TOKENS = Pattern.compile("\"promptTokenCount\":(\\d+)");
  private static final Pattern THOUGHTS = Pattern.compile("\"thoughtsTokenCount\":(\\d+)");
  private static final Pattern TOTAL_TOKENS = Pattern.compile("\"totalTokenCount\":(\\d+)");

  private final Witness witness;
  private final Function<String, Optional<String>> lifeOfKey;

  /**
   * @param lifeOfKey name of the worker's life that has a given API key
   */
  public CallWatch(Witness witness, Function<String, Optional<String>> lifeOfKey) {
    this.witness = witness;
    this.lifeOfKey = lifeOfKey;
  }

  @Override
  public void began(long number, Call call, String key, long nanos) {
    String life = lifeOfKey.apply(key).orElse(UNKNOWN);
    witness.saw(new CallBegan(nanos, number, life, call.model(), call.subject()));
  }

  @Override
  public void ended(
      long number, Reply reply, int status, String body, boolean delivered, long nanos) {
    long prompt = tokens(PROMPT_TOKENS, body);
    long total = tokens(TOTAL_TOKENS, body);
    // as the worker counts: a total may leave thoughts out
    long output = Math.max(total - prompt, tokens(THOUGHTS, body));
    witness.saw(new CallEnded(nanos, number, reply, status, prompt, output, delivered));
  }

  private static long tokens(Pattern field, String body) {
    Matcher found = field.matcher(body);
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }
}
