package dev.explanations.worker.settings;

import static dev.explanations.worker.settings.Types.path;

import dev.explanations.worker.settings.Setting.Group;
import java.nio.file.Path;

/** Settings that name an operator's files: prompts and prices. */
final class PolicySettings {
  static final Group POLICY = new Group("Prompts and prices");

  static final Setting<Path> PROMPT_FILE =
      POLICY.derived(
          "PROMPT_FILE",
          path(),
          "the prompt in the jar",
          "A JSON file with the words and limits to ask with, as in `schemas/prompt.schema.json`.");
  static final Setting<Path> PROMPT_CANDIDATE_FILE =
      POLICY.optional(
          "PROMPT_CANDIDATE_FILE",
          path(),
          "Another one, for the share of questions that `POST /api/prompt` says.");

  static final Setting<Path> PRICES_FILE =
      POLICY.derived(
          "PRICES_FILE",
          path(),
          "the prices in the jar",
          "A JSON file with what models cost, as in `schemas/prices.schema.json`.");

  private PolicySettings() {}

  static Settings.Policy policy(Values values) {
    return new Settings.Policy(
        values.find(PROMPT_FILE), values.find(PROMPT_CANDIDATE_FILE), values.find(PRICES_FILE));
  }
}
