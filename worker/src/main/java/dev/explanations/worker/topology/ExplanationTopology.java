package dev.explanations.worker.topology;

import static org.apache.kafka.streams.AutoOffsetReset.earliest;

import dev.explanations.worker.contract.peer.OutcomeJson;
import dev.explanations.worker.records.ExplainInput;
import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.records.Sinks;
import dev.explanations.worker.store.TaskStores;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/**
 * The topology. Its timestamp extractor is the wall clock: a record's time is when it became the
 * head of its partition's queue. So no producer's clock stops the stream, and an outcome does not
 * wait behind a backlog of requests: Kafka Streams takes the head with the earliest time.
 */
public final class ExplanationTopology implements Supplier<Topology> {

  private static final TimestampExtractor NOW = new WallclockTimestampExtractor();

  private static final Deserializer<String> TEXT = new StringDeserializer();
  private static final Deserializer<byte[]> RAW = new ByteArrayDeserializer();
  private static final Serializer<byte[]> BYTES = new ByteArraySerializer();

  private final FlowTopics topics;
  private final ProcessorSupplier<byte[], byte[], byte[], byte[]> intake;
  private final ProcessorSupplier<String, ExplainInput, byte[], byte[]> explain;
  private final Deserializer<ExplainInput> asked = (topic, value) -> new ExplainInput.Asked(value);
  private final Deserializer<ExplainInput> reported;
  private final Duration tombstonesKept;

  /**
   * @param tombstonesKept retention of tombstones in the changelogs, see {@link
   *     TaskStores#tombstonesKept}
   */
  public ExplanationTopology(
      FlowTopics topics,
      ProcessorSupplier<byte[], byte[], byte[], byte[]> intake,
      ProcessorSupplier<String, ExplainInput, byte[], byte[]> explain,
      OutcomeJson outcomeJson,
      Duration tombstonesKept) {
    this.topics = topics;
    this.intake = intake;
    this.explain = explain;
    this.tombstonesKept = tombstonesKept;
    this.reported = (topic, value) -> new ExplainInput.Reported(outcomeJson.read(value));
  }

  @Override
  public Topology get() {
    Topology flow = new Topology();

    flow.addSource(earliest(), "requests", NOW, RAW, RAW, topics.requests());
    flow.addProcessor("intake", intake, "requests");
    flow.addSink(Sinks.ACCEPTED, topics.accepted(), BYTES, BYTES, "intake");
    flow.addSink(Sinks.INTAKE.results(), topics.results(), BYTES, BYTES, "intake");
    flow.addSink(Sinks.INTAKE.deadLetters(), topics.deadLetters(), BYTES, BYTES, "intake");

    flow.addSource(earliest(), "accepted-requests", NOW, TEXT, asked, topics.accepted());
    flow.addSource(earliest(), "retries", NOW, TEXT, asked, topics.retries());
    flow.addSource(earliest(), "outcomes", NOW, TEXT, reported, topics.outcomes());
    flow.addProcessor("explain", explain, "accepted-requests", "retries", "outcomes");
    TaskStores.builders(tombstonesKept).forEach(store -> flow.addStateStore(store, "explain"));
    flow.addSink(Sinks.EXPLAIN.results(), topics.results(), BYTES, BYTES, "explain");
    flow.addSink(Sinks.EXPLAIN.deadLetters(), topics.deadLetters(), BYTES, BYTES, "explain");
    flow.addSink(Sinks.RETRIES, topics.retries(), BYTES, BYTES, "explain");

    return flow;
  }
}
