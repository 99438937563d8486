package dev.explanations.worker.redrive;

import dev.explanations.worker.acl.Acls;
import dev.explanations.worker.acl.GrantCheck;
import dev.explanations.worker.acl.NotAllowed;
import dev.explanations.worker.acl.Role;
import dev.explanations.worker.deadletters.DeadLetterReader;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.records.RedriveNames;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.topics.TopicAdmin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends dead letters back to the request topic, each once, whatever crashes and however many jobs
 * there are. Thread-safe; of jobs that run at the same time the one that was started last ends the
 * others.
 *
 * @param admin left open
 * @param maxReplays how often a request may be sent back
 */
public record Redrive(
    Admin admin,
    ClientProperties properties,
    String applicationId,
    Settings.Topics topics,
    int maxReplays) {

  private static final Logger log = LoggerFactory.getLogger(Redrive.class);

  /**
   * Runs a job on this thread, which must not be a stream's: from the first dead letter to those
   * that were there when the job was first started. An interrupted or failed run leaves nothing
   * half done; the same id goes on from there, for as long as the broker keeps idle offsets (a
   * week, unless configured otherwise).
   *
   * @throws RedriveException if the job cannot be run as it is
   * @throws org.apache.kafka.common.KafkaException if Kafka fails
   */
  public RedriveReport run(RedriveJob job, RedriveProgress progress) throws InterruptedException {
    try (Consumer<byte[], byte[]> consumer = consumer(job)) {
      return run(job, progress, consumer);
    }
  }

  private RedriveReport run(
      RedriveJob job, RedriveProgress progress, Consumer<byte[], byte[]> consumer)
      throws InterruptedException {
    try {
      SentLedger ledger = new SentLedger(names().ledger(), lettersId());
      RedriveReport report =
          job.dryRun()
              ? sweep(job, progress, ledger, consumer, null)
              : send(job, progress, ledger, consumer);
      log.info("Redrive ended: {}", report);
      return report;
    } catch (InterruptException e) {
      throw DeadLetterReader.interrupted(e);
    } catch (StartException e) {
      throw new RedriveException(String.valueOf(e.getMessage()), e);
    } catch (ExecutionException e) {
      throw new RedriveException(
          grants().explain(e).orElse("The cluster refused: " + e.getCause()), e);
    } catch (KafkaException e) {
      // in a transaction a refusal may be no more than the cause of another failure
      Optional<String> refusal = grants().explain(e);
      if (refusal.isPresent()) {
        throw new RedriveException(refusal.get(), e);
      }
      throw e;
    }
  }

  private GrantCheck grants() {
    return new GrantCheck(admin, new Acls(topics, applicationId).of(Role.REDRIVE));
  }

  private Uuid lettersId() throws InterruptedException, ExecutionException {
    List<String> needed = List.of(topics.requests(), topics.deadLetters());
    try {
      Map<String, TopicDescription> found = admin.describeTopics(needed).allTopicNames().get();
      return Objects.requireNonNull(found.get(topics.deadLetters())).topicId();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new RedriveException("Not both of the topics exist: " + String.join(", ", needed), e);
      }
      throw e;
    }
  }

  private RedriveReport send(
      RedriveJob job,
      RedriveProgress progress,
      SentLedger ledger,
      Consumer<byte[], byte[]> consumer)
      throws InterruptedException, ExecutionException {
    new TopicAdmin(admin).ensure(List.of(ledger(applicationId, topics)));
    Map<String, Object> producer =
        properties.transactionalProducer(client(job), names().transactionalId());
    try (Transactions transactions =
        Transactions.begin(producer, ledger, job.id(), consumer.groupMetadata())) {
      return sweep(job, progress, ledger, consumer, transactions);
    }
  }

  /** Reads state and ledger only after other runs are fenced and cannot write them. */
  private RedriveReport sweep(
      RedriveJob job,
      RedriveProgress progress,
      SentLedger ledger,
      Consumer<byte[], byte[]> consumer,
      @Nullable Transactions transactions)
      throws InterruptedException, ExecutionException {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topics.deadLetters()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    JobState state = state(job, consumer, beginnings);
    SentLedger.Content content = ledger.read(consumer, beginnings);
    if (!job.dryRun()) {
      log.info(
          "Redrive {} {}: {}, {} offsets to pass",
          job.id(),
          state.resumed() ? "goes on" : "starts",
          job.terms(),
          state.left());
      prune(content.obsolete());
    }
    Selection selection =
        new Selection(
            job.reason(),
            content.sent(),
            maxReplays,
            topics.requests(),
            new TopicAdmin(admin).maxRecordBytes(topics.requests()));
    return new RedrivePass(job, state, consumer, selection, transactions, progress).run();
  }

  private static JobState state(
      RedriveJob job, Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> beginnings) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(consumer.committed(beginnings.keySet()));
    committed.values().removeIf(Objects::isNull);
    return committed.isEmpty()
        ? JobState.begin(job, beginnings, consumer.endOffsets(beginnings.keySet()))
        : JobState.resume(job, committed);
  }

  /** Only space is at stake, so a refusal does not end the job. */
  private void prune(Map<TopicPartition, Long> obsolete) throws InterruptedException {
    Map<TopicPartition, RecordsToDelete> records = new HashMap<>();
    obsolete.forEach((p, offset) -> records.put(p, RecordsToDelete.beforeOffset(offset)));
    try {
      admin.deleteRecords(records).all().get();
    } catch (ExecutionException e) {
      log.warn(
          "Obsolete entries of the ledger stay: {}",
          NotAllowed.message(e, AclOperation.DELETE, List.of(names().ledger())));
    }
  }

  /** The ledger's topic, created when the first job begins. */
  public static NewTopic ledger(String applicationId, Settings.Topics topics) {
    return TopicAdmin.topic(
        RedriveNames.of(applicationId).ledger(), 1, topics.replicationFactor(), SentLedger.CONFIG);
  }

  private RedriveNames names() {
    return RedriveNames.of(applicationId);
  }

  private Consumer<byte[], byte[]> consumer(RedriveJob job) {
    Map<String, Object> reader = properties.reader(client(job));
    reader.put(ConsumerConfig.GROUP_ID_CONFIG, names().groupPrefix() + job.id());
    return new KafkaConsumer<>(reader);
  }

  private static String client(RedriveJob job) {
    return "redrive-" + job.id();
  }
}
