package dev.explanations.worker.gemini.answer;

import java.util.regex.Pattern;

/**
 * Recognizes a 400 that blames the key, the model or what the worker asks of it, and so would be
 * the answer to any question. Google says most of it in words alone, and relays change the rest.
 */
final class SettingsAtFault {

  /** May hold parts of a question. */
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|`[^`]*`|(?<!\\w)'[^']*'");

  private static final Pattern KEY =
      Pattern.compile(
          "API_KEY_[A-Z]+"
              + "|(?i:\\b(?:invalid|expired|missing|incorrect|wrong|unknown|valid) api[ _-]?key"
              + "|\\bapi[ _-]?key\\b[^.]{0,40}\\b(?:invalid|expired|valid|found|missing|required"
              + "|disabled|blocked|revoked|suspended|restricted|incorrect|wrong|leaked)"
              + "|\\b(?:credentials|access token|unauthenticated|permission denied|billing)\\b)");

  private static final Pattern FEATURE =
      Pattern.compile(
          "(?i)not (?:enabled|supported|available|allowed) (?:for|by|in|on|with|when)\\b"
              + "|\\bdoes(?:n't| not) support\\b|(?:n't|\\bnot) (?:currently )?supported\\.?$"
              + "|\\bunsupported (?:feature|field|parameter|model|option|config)"
              + "|\\bcannot find field\\b|\\bunknown (?:name|field|parameter|model)\\b"
              + "|\\bsupported range\\b|\\bthinking[ _](?:mode|budget|level|config)"
              + "|\\bmodels?\\b[^.]{0,80}\\b(?:not found|not exist|no longer|deprecated|retired)");

  /** Relays nest the upstream message; deepest nesting that is read. */
  private static final int RELAYS = 4;

  private SettingsAtFault() {}

  static boolean in(ErrorBody error, String body) {
    if (body.contains("API_KEY_INVALID")
        || (error.message().isEmpty() && KEY.matcher(body).find())) {
      return true;
    }
    ErrorBody inner = error;
    for (int i = 0; i < RELAYS; i++) {
      if (in(inner)) {
        return true;
      }
      inner = inner.relayed();
    }
    return false;
  }

  private static boolean in(ErrorBody error) {
    String message = QUOTED.matcher(error.message()).replaceAll("");
    return error.status().equals("FAILED_PRECONDITION")
        || error.hasReason("API_KEY_INVALID")
        || KEY.matcher(message).find()
        || FEATURE.matcher(message).find();
  }
}
