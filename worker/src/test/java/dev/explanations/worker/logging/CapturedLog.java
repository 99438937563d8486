package dev.explanations.worker.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What is logged while it is open, by anybody and at any level. */
public final class CapturedLog implements AutoCloseable {

  private static final List<String> LOUD =
      List.of("dev.explanations", "redis", "org.apache.commons");

  private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
  private final List<Level> before = new ArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          events.add(event);
        }
      };

  public CapturedLog() {
    appender.start();
    for (String name : LOUD) {
      before.add(logger(name).getLevel());
      logger(name).setLevel(Level.TRACE);
      // keeps it from the console
      logger(name).setAdditive(false);
      logger(name).addAppender(appender);
    }
    logger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  /** What an operator sees: from INFO upwards of the worker, from WARN upwards of others. */
  public List<String> lines() {
    return events.stream()
        .filter(
            event ->
                event
                    .getLevel()
                    .isGreaterOrEqual(
                        event.getLoggerName().startsWith("dev.explanations")
                            ? Level.INFO
                            : Level.WARN))
        .map(event -> event.getLevel() + " " + text(event))
        .toList();
  }

  /** The lines, once there are so many: a state may be seen before the line that tells of it. */
  public List<String> awaitLines(int count) {
    await().untilAsserted(() -> assertThat(lines()).hasSize(count));
    return lines();
  }

  /** The message and its fields. */
  private static String text(ILoggingEvent event) {
    StringBuilder text = new StringBuilder(event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      event
          .getKeyValuePairs()
          .forEach(pair -> text.append(' ').append(pair.key).append('=').append(pair.value));
    }
    return text.toString();
  }

  /** Each event as a line of the production log. */
  List<JsonNode> json() {
    JsonLineEncoder encoder = new JsonLineEncoder();
    ObjectMapper mapper = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (ILoggingEvent event : events) {
      try {
        lines.add(mapper.readTree(encoder.encode(event)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return lines;
  }

  /** Everything, with stack traces. */
  public String all() {
    StringBuilder all = new StringBuilder();
    for (ILoggingEvent event : events) {
      all.append(text(event)).append('\n');
      if (event.getThrowableProxy() != null) {
        all.append(ThrowableProxyUtil.asString(event.getThrowableProxy())).append('\n');
      }
    }
    return all.toString();
  }

  @Override
  public void close() {
    logger(Logger.ROOT_LOGGER_NAME).detachAppender(appender);
    for (int i = 0; i < LOUD.size(); i++) {
      logger(LOUD.get(i)).detachAppender(appender);
      logger(LOUD.get(i)).setAdditive(true);
      logger(LOUD.get(i)).setLevel(before.get(i));
    }
  }
}
