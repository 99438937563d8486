package dev.explanations.worker.topology;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Turns a record over which intake failed into a dead letter, and lets the stream go on: intake has
 * no stores, so nothing is half done. Every other failure fails the task, whose transaction is
 * aborted. Kafka Streams makes the instances.
 */
public final class UnforeseenHandler implements ProcessingExceptionHandler {

  /**
   * Intake failed over a record, of which nothing has been forwarded.
   *
   * <p>{@code instead} is sent in the record's place: a dead letter and, if there is an id, a
   * result.
   */
  static final class IntakeFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<ProducerRecord<byte[], byte[]>> instead;

    IntakeFailure(String record, List<ProducerRecord<byte[], byte[]>> instead, Throwable cause) {
      super("the worker failed over the record " + record, cause);
      this.instead = List.copyOf(instead);
    }
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
    return exception instanceof IntakeFailure failure
        ? Response.resume(failure.instead)
        : Response.fail();
  }

  @Override
  public void configure(Map<String, ?> configs) {}
}
