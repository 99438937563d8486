package dev.explanations.lab.simulator;

import dev.explanations.lab.simulator.script.Call;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The simulator's explanations: about eighty words or more, the same for the same prompt and
 * number.
 */
final class AnswerText {

  private static final List<String> SENTENCES =
      List.of(
          "Start from an example that you can picture, and name what changes in it and what stays.",
          "Each part has one task, and the order in which the parts act matters more than their"
              + " number.",
          "A common mistake is to take the name for the thing: ask what would be different without"
              + " it.",
          "Seen from the outside it is simple; its details show when one condition is altered at a"
              + " time.",
          "It rests on what came earlier in the chapter, and the next section will need it.",
          "Compare it with its closest neighbour, and the difference tells you when to use which.",
          "If you can explain it to a friend in two sentences, you have understood the core of it.",
          "Numbers help here: a rough estimate is enough to see which effect is the larger one.");

  private static final int SENTENCES_PER_ANSWER = 4;

  private AnswerText() {}

  /**
   * @param atLeast characters
   */
  static String of(Call call, int atLeast) {
    StringBuilder text =
        new StringBuilder("This is a simulated explanation of ").append(call.subject()).append('.');
    SplittableRandom random = new SplittableRandom(call.userText().hashCode());
    int first = random.nextInt(SENTENCES.size());
    for (int i = 0; i < SENTENCES_PER_ANSWER || text.length() < atLeast; i++) {
      text.append(' ').append(SENTENCES.get((first + i) % SENTENCES.size()));
    }
    if (call.number().isPresent()) {
      long number = call.number().getAsLong();
      text.insert(0, "[call " + number + "] ").append(" [end ").append(number).append(']');
    }
    return text.toString();
  }
}
