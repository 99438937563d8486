package dev.explanations.worker.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.explanations.worker.contract.Words;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object per event and line: timestamp, level, logger, thread and message; what is known
 * beside them (the MDC, key-value pairs) by its own name; the stack trace as {@code exception}.
 * Invisible characters are escaped: a stranger's text must not turn a line around.
 */
public final class JsonLineEncoder extends EncoderBase<ILoggingEvent> {

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] NOTHING = {};

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    // through characters, since bytes cannot be made of half a surrogate pair
    StringWriter line = new StringWriter(256);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      write(json, event);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to", e);
    }
    return (Words.visible(line.toString()) + '\n').getBytes(StandardCharsets.UTF_8);
  }

  private static void write(JsonGenerator json, ILoggingEvent event) throws IOException {
    Map<String, Object> more = new TreeMap<>(event.getMDCPropertyMap());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        more.put(pair.key, pair.value);
      }
    }
    field(json, more, "timestamp", event.getInstant().truncatedTo(ChronoUnit.MILLIS));
    field(json, more, "level", event.getLevel());
    field(json, more, "logger", event.getLoggerName());
    field(json, more, "thread", event.getThreadName());
    field(json, more, "message", String.valueOf(event.getFormattedMessage()));
    if (event.getThrowableProxy() != null) {
      field(json, more, "exception", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    for (Map.Entry<String, Object> other : more.entrySet()) {
      json.writeFieldName(other.getKey());
      if (other.getValue() instanceof Integer number) {
        json.writeNumber(number);
      } else {
        json.writeString(String.valueOf(other.getValue()));
      }
    }
  }

  /** No name twice: what others called the same stays behind. */
  private static void field(JsonGenerator json, Map<String, ?> more, String name, Object value)
      throws IOException {
    more.remove(name);
    json.writeStringField(name, value.toString());
  }
}
