package dev.explanations.worker.topology;

import java.util.Map;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A record that intake fails over becomes a dead letter, and the stream goes on: intake has no
 * stores, so nothing is half done. Everything else fails the task, whose transaction is aborted.
 * Made by Kafka Streams.
 */
public final class UnforeseenHandler implements ProcessingExceptionHandler {

  @Override
  public Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
    return exception instanceof IntakeFailure failure
        ? Response.resume(failure.instead())
        : Response.fail();
  }

  @Override
  public void configure(Map<String, ?> configs) {}
}
