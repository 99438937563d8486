package dev.explanations.worker.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fences the producers of dead stream threads, which ends their open transactions. Readers of
 * committed records see nothing behind an open transaction; the broker ends one only after {@code
 * transaction.timeout.ms} and up to ten seconds more. Each second, and every 200 ms while there are
 * any, looks for transactions that last longer than usual. A rebalance keeps transactions of live
 * threads open too, so a transaction counts as abandoned only when the group has dropped its
 * thread's member.
 *
 * <p>Kafka Streams names both after process and thread: member {@code
 * <application>-<process>-StreamThread-<n>-consumer}, transactional id {@code
 * <application>-<process>-<n>}. A process that takes over the {@code INSTANCE_ID} of another one
 * keeps the name of that one's member: only a thread that was a member by its own name can be gone.
 */
public final class AbandonedTransactions implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AbandonedTransactions.class);

  private static final String PROCESS = "-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-";

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration SHORT_PAUSE = Duration.ofMillis(200);

  /** A usual transaction takes a commit interval of 100 ms and the time of the commit. */
  private static final Duration LONG = Duration.ofSeconds(1);

  /** A transaction outlasts its thread's member by 24 s: its timeout, and the broker's look. */
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private final Admin admin;
  private final String applicationId;
  private final Pattern transactionalId;
  private final Pattern clientId;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("abandoned-transactions").daemon().factory());
  private final Clock clock;

  /** When threads were last seen as members, by transactional id. */
  private final Map<String, Instant> members = new HashMap<>();

  private boolean failing;

  public AbandonedTransactions(Admin admin, String applicationId, Clock clock) {
    this.admin = admin;
    this.clock = clock;
    this.applicationId = applicationId;
    String application = Pattern.quote(applicationId);
    this.transactionalId = Pattern.compile(application + PROCESS + "(\\d+)");
    this.clientId = Pattern.compile(application + PROCESS + "StreamThread-(\\d+)-consumer");
  }

  public void start() {
    lookAfter(PAUSE);
  }

  private void lookAfter(Duration pause) {
    try {
      // look throws no exception, so the future tells nothing
      var _ = timer.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // closed
    }
  }

  private void look() {
    Duration pause = PAUSE;
    try {
      Set<String> open = lasting();
      pause = open.isEmpty() ? PAUSE : SHORT_PAUSE;
      // members are read after transactions: without a member now, the thread is gone
      Set<String> abandoned = abandoned(open, clientIds(), clock.instant());
      if (!abandoned.isEmpty()) {
        admin.fenceProducers(abandoned).all().get();
        log.info("Transactions that dead threads had left open are ended: {}", abandoned);
      }
      failing = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException e) {
      if (!failing) {
        failing = true;
        log.info(
            "Transactions of dead threads cannot be looked for, they last until their timeout: {}",
            e.getMessage());
      }
    } finally {
      lookAfter(pause);
    }
  }

  private Set<String> lasting() throws InterruptedException, ExecutionException {
    ListTransactionsOptions lasting =
        new ListTransactionsOptions()
            .filterStates(List.of(TransactionState.ONGOING))
            .filterOnDuration(LONG.toMillis());
    return admin.listTransactions(lasting).all().get().stream()
        .map(TransactionListing::transactionalId)
        .filter(id -> transactionalId.matcher(id).matches())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<String> clientIds() throws InterruptedException, ExecutionException {
    return admin.describeConsumerGroups(List.of(applicationId)).all().get().values().stream()
        .flatMap(group -> group.members().stream())
        .map(MemberDescription::clientId)
        .toList();
  }

  /**
   * Of transactions those of threads that were members lately, and are none now.
   *
   * @param clientIds of all members
   */
  Set<String> abandoned(Set<String> open, List<String> clientIds, Instant now) {
    Set<String> present = new HashSet<>();
    for (String id : clientIds) {
      Matcher name = clientId.matcher(id);
      if (!name.matches()) {
        // with KAFKA_CLIENT_ID set the name does not tell the thread: fence nothing
        return Set.of();
      }
      present.add(applicationId + "-" + name.group(1) + "-" + name.group(2));
    }
    Set<String> abandoned = new TreeSet<>(open);
    abandoned.removeAll(present);
    abandoned.retainAll(members.keySet());
    present.forEach(thread -> members.put(thread, now));
    members.values().removeIf(seen -> seen.isBefore(now.minus(REMEMBERED)));
    return abandoned;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
