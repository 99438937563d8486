package dev.explanations.worker.contract.request;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents in structured mode, by the header that says so (CloudEvents' Kafka protocol binding
 * 1.0.2). Binary mode needs nothing: its value is the request, its attributes are headers.
 */
public final class CloudEvents {

  /** The name of the header, in the binding's own spelling: names of Kafka's headers have case. */
  public static final String CONTENT_TYPE = "content-type";

  /** The field of an event that holds the request. */
  static final String DATA = "data";

  private static final String STRUCTURED = "application/cloudevents";
  private static final String AS_JSON = STRUCTURED + "+json";

  private CloudEvents() {}

  /** Whether a value with this content type is an event that contains the request. */
  public static boolean isStructured(@Nullable String contentType) {
    return contentType != null && mediaType(contentType).startsWith(STRUCTURED);
  }

  /** Why events of this content type are not read, for the producer; {@code null} if they are. */
  static @Nullable String refusal(@Nullable String contentType) {
    if (contentType == null || !isStructured(contentType)) {
      return null;
    }
    String type = mediaType(contentType);
    if (type.startsWith(STRUCTURED + "-batch")) {
      return "a batch of CloudEvents: send each as a record of its own, as " + AS_JSON;
    }
    return type.contains("+") && !type.equals(AS_JSON)
        ? "a CloudEvent as %s: send it as %s, or in binary mode".formatted(type, AS_JSON)
        : null;
  }

  /** In lower case, without parameters. */
  private static String mediaType(String contentType) {
    return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}
