package dev.explanations.lab.submit.hostile;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Ways to be no request. In the text of each, {@code ID} stands for the requestId. */
public enum BadRequest {
  NULL_VALUE(null),
  EMPTY(""),
  NOT_JSON("requestId=ID"),
  CUT_JSON("{\"requestId\":\"ID\",\"topic\":\"Bench"),
  INVALID_UTF_8("{\"requestId\":\"ID\",\"topic\":\"\u00ff\",\"subtopic\":\"s\"}"),
  LONE_SURROGATE("{\"requestId\":\"ID\",\"topic\":\"\\ud800\",\"subtopic\":\"s\"}"),
  DUPLICATE_FIELD("{\"requestId\":\"ID\",\"topic\":\"a\",\"topic\":\"b\",\"subtopic\":\"s\"}"),
  MISSING_FIELD("{\"requestId\":\"ID\",\"topic\":\"t\"}"),
  OVERLONG_FIELD("{\"requestId\":\"ID\",\"topic\":\"t\",\"subtopic\":\"" + "x".repeat(301) + "\"}"),
  UNKNOWN_DETAIL("{\"requestId\":\"ID\",\"topic\":\"t\",\"subtopic\":\"s\",\"detail\":\"vast\"}"),
  BAD_DEADLINE("{\"requestId\":\"ID\",\"topic\":\"t\",\"subtopic\":\"s\",\"deadline\":\"soon\"}"),
  TOO_LARGE(
      "{\"requestId\":\"ID\",\"topic\":\"t\",\"subtopic\":\"s\",\"pad\":\""
          + "x".repeat(100_000)
          + "\"}");

  private final @Nullable String text;

  BadRequest(@Nullable String text) {
    this.text = text;
  }

  /** The record's value. Latin-1, so that a character above 127 is one byte and no UTF-8. */
  public byte @Nullable [] value(String requestId) {
    return text == null
        ? null
        : text.replace("ID", requestId).getBytes(StandardCharsets.ISO_8859_1);
  }
}
