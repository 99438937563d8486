package dev.explanations.lab.guarantees.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.contract.peer.Command.Kind;
import dev.explanations.worker.contract.peer.Command.Pause;
import dev.explanations.worker.contract.peer.Command.ResetBreaker;
import dev.explanations.worker.contract.peer.Command.Resume;
import dev.explanations.worker.contract.peer.Command.Target;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.control.CommandResult;
import dev.explanations.worker.control.CommandResult.NotPublished;
import dev.explanations.worker.control.CommandResult.Receipt;
import dev.explanations.worker.control.ControlState;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import dev.explanations.worker.spending.Spent;
import dev.explanations.worker.topics.TopicSetup;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Order(1)
class ControlIT {

  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** A loaded machine takes its time; what does not give up would take for ever. */
  private static final Duration MARGIN = Duration.ofSeconds(20);

  /** Time since its last heartbeat after which a worker is not waited for. */
  private static final Duration LEASE = Duration.ofSeconds(15);

  private static final String KEY = "0a".repeat(32);
  private static final String TOPIC = "0b".repeat(32);

  @RegisterExtension static final Cluster cluster = Cluster.withBrokerOfItsOwn();

  private final List<AutoCloseable> started = new ArrayList<>();
  private Rig rig;

  @BeforeEach
  void newApplication() {
    rig = cluster.rig(Behaviour.answer(Duration.ZERO));
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : started) {
      each.close();
    }
  }

  /** As the worker creates it. */
  private void createTopics() throws InterruptedException {
    Settings settings = SettingsLoader.load(rig.environment("any"));
    new TopicSetup(rig.admin, settings).prepare();
  }

  /** Compacted within seconds, where the worker's own topic takes an hour. */
  private void createQuicklyCompactedTopic() {
    rig.topics()
        .create(
            new NewTopic(rig.topic("control"), 1, (short) 1)
                .configs(
                    Map.of(
                        "cleanup.policy", "compact",
                        "segment.ms", "100",
                        "min.cleanable.dirty.ratio", "0.01",
                        "delete.retention.ms", "0")));
  }

  private ControlMember member(String instance) throws InterruptedException {
    return member(instance, Duration.ofHours(1));
  }

  private ControlMember member(String instance, Duration keep) throws InterruptedException {
    ControlMember member = new ControlMember(rig.environment(instance), keep);
    started.add(member);
    return member.ready();
  }

  private static void awaitKnown(ControlMember member, String... instances) {
    await("all are known")
        .atMost(Rig.PATIENCE)
        .until(() -> member.control.state().workers().keySet().containsAll(List.of(instances)));
  }

  private static Receipt receipt(CommandResult result) {
    assertThat(result).isInstanceOf(Receipt.class);
    return (Receipt) result;
  }

  private static InvalidateCache invalidate(Kind kind, String hash) {
    return new InvalidateCache(new Target(kind, hash));
  }

  private void write(String key, String value) throws Exception {
    write(key, value, 1);
  }

  private void write(String key, String value, int times) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", rig.broker.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = 0; i < times; i++) {
        producer.send(new ProducerRecord<>(rig.topic("control"), key, value)).get();
      }
    }
  }

  private static Duration took(Runnable action) {
    long begun = System.nanoTime();
    action.run();
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  @Test
  void whatAPartitionHasSpent_isKnownToAll_alsoToWhoeverComesLater() throws Exception {
    createTopics();
    LocalDate today = LocalDate.parse("2026-11-30");
    ControlMember owner = member("owner");
    ControlMember other = member("other");
    Spent spent = Spent.NOTHING.plus(Charge.of(new Usage(1, 2, 3), new Usd(7)), today);
    owner.ledger.counted(3, spent);
    await("the next heartbeat")
        .atMost(Rig.PATIENCE)
        .until(() -> other.ledger.on(today).equals(spent.onDay()));

    Spent last = spent.plus(Charge.UNKNOWN, today);
    owner.ledger.counted(3, last);
    owner.close();

    await("told at the end").atMost(Rig.PATIENCE).until(() -> other.ledger.on(today).calls() == 2);
    assertThat(member("later").ledger.on(today)).isEqualTo(last.onDay());
  }

  @Test
  void commands_reachAll_inOneOrder_andReceiptsNameAll() throws Exception {
    createTopics();
    ControlMember a = member("a");
    ControlMember b = member("b");
    awaitKnown(a, "a", "b");
    awaitKnown(b, "a", "b");

    List<CompletableFuture<CommandResult>> results =
        IntStream.range(0, 20)
            .boxed()
            .flatMap(
                i ->
                    Stream.of(
                        give(a, new HoldBreakerOpen("m" + i)), give(b, new ResetBreaker("m" + i))))
            .toList();
    assertThat(results)
        .allSatisfy(
            result -> {
              Receipt receipt = receipt(result.join());
              assertThat(receipt.applied()).containsExactly("a", "b");
              assertThat(receipt.missing()).isEmpty();
            });
    assertThat(a.heard).hasSize(40).isEqualTo(b.heard);
    assertThat(a.heard).noneMatch(ControlMember.Heard::replayed);
    assertThat(a.heard).extracting(ControlMember.Heard::offset).isSorted();
    assertThat(a.control.state().breakersHeldOpen())
        .isEqualTo(b.control.state().breakersHeldOpen());
  }

  private static CompletableFuture<CommandResult> give(ControlMember member, Command command) {
    CompletableFuture<CommandResult> result = new CompletableFuture<>();
    Thread.startVirtualThread(() -> result.complete(member.control.command(command)));
    return result;
  }

  @Test
  void workers_areMissing_whileTheyAreSlow_orNotLongDead() throws Exception {
    createTopics();
    ControlMember a = member("a");
    ControlMember slow = member("slow");
    WorkerProcess process =
        WorkerProcess.launch(
            ControlMember.class.getName(), rig.environment("dead"), List.of("-Xmx128m"));
    started.add(process);
    awaitKnown(a, "slow", "dead");
    write("worker/later-version", "{\"pulse\":72}", 3);
    assertThat(receipt(a.control.command(new Pause())).applied())
        .containsExactly("a", "dead", "slow");
    await("its log is read by a thread of its own")
        .atMost(Rig.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(process.log())
                    .filteredOn(line -> line.contains("worker/later-version"))
                    .hasSize(1));

    process.kill();
    slow.commit = new CompletableFuture<>();
    List<Receipt> all = new ArrayList<>();
    Duration time = took(() -> all.add(receipt(a.control.command(new ClearCache()))));
    Receipt first = all.getFirst();

    assertThat(time).isBetween(ANSWER.minusMillis(300), ANSWER.plus(MARGIN));
    assertThat(first.applied()).containsExactly("a");
    assertThat(first.missing()).containsExactly("dead", "slow");
    assertThat(slow.control.state().cache().generation().offset()).isEqualTo(first.offset());

    slow.commit.complete(null);
    List<Receipt> receipts = new ArrayList<>();
    await("the dead one is not waited for")
        .atMost(Rig.PATIENCE)
        .until(
            () -> {
              receipts.add(receipt(a.control.command(new HoldBreakerOpen("google_ai"))));
              return receipts.getLast().missing().isEmpty();
            });
    // a command that misses a worker takes the whole time of an answer, so few fit into the lease
    assertThat(receipts)
        .filteredOn(receipt -> !receipt.missing().isEmpty())
        .hasSizeLessThanOrEqualTo((int) LEASE.dividedBy(ANSWER))
        .first()
        .satisfies(receipt -> assertThat(receipt.missing()).containsExactly("dead"));
    assertThat(receipts.getLast().applied()).containsExactly("a", "slow");

    ControlMember back = member("dead");
    assertThat(back.commands())
        .containsExactly(new Pause(), new ClearCache(), new HoldBreakerOpen("google_ai"));
    await("it is back")
        .atMost(Rig.PATIENCE)
        .until(() -> a.control.state().live(Instant.now()).containsKey("dead"));
    assertThat(receipt(a.control.command(new Resume())).applied())
        .containsExactly("a", "dead", "slow");
  }

  @Test
  void closedWorker_isNotWaitedFor() throws Exception {
    createTopics();
    ControlMember a = member("a");
    ControlMember b = member("b");
    awaitKnown(a, "a", "b");

    b.close();
    List<CommandResult> results = new ArrayList<>();
    Duration time = took(() -> results.add(a.control.command(new Pause())));

    assertThat(receipt(results.getFirst()).applied()).containsExactly("a");
    // a worker that is waited for in vain is missing
    assertThat(receipt(results.getFirst()).missing()).isEmpty();
    assertThat(time).isLessThan(ANSWER);
  }

  @Test
  void state_isThatOfTheCompactedTopic_afterARestart() throws Exception {
    createQuicklyCompactedTopic();
    ControlMember a = member("a");
    for (int i = 0; i < 20; i++) {
      a.control.command(new Pause());
      a.control.command(new HoldBreakerOpen("one"));
      a.control.command(new HoldBreakerOpen("two"));
      a.control.command(new ResetBreaker("one"));
      a.control.command(new Resume());
      a.control.command(new ClearCache());
    }
    Generation cleared = a.control.state().cache().generation();
    a.control.command(invalidate(Kind.EXPLANATION, KEY));
    a.control.command(invalidate(Kind.TOPIC, TOPIC));
    receipt(a.control.command(new Pause()));
    ControlState before = a.control.state();
    a.close();
    await("compaction")
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              // a segment is compacted when there is a newer one
              write("robot/tick", "{}");
              return rig.topics().read(rig.topic("control")).size() < 20;
            });

    ControlMember again = member("a");
    ControlState after = again.control.state();

    assertThat(after.paused()).isTrue();
    assertThat(after.breakersHeldOpen()).containsExactly("two");
    assertThat(after.cache().generation()).isEqualTo(before.cache().generation());
    assertThat(after.cache().admits(cleared, new FoldedHashes("0c".repeat(32), KEY))).isFalse();
    assertThat(after.cache().admits(cleared, new FoldedHashes(TOPIC, "0c".repeat(32)))).isFalse();
    assertThat(after.cache().admits(cleared, new FoldedHashes("0c".repeat(32), "0d".repeat(32))))
        .isTrue();
    assertThat(after.cache().admits(before.cache().generation(), new FoldedHashes(TOPIC, KEY)))
        .isTrue();
    assertThat(again.heard).allMatch(ControlMember.Heard::replayed);
    assertThat(again.commands())
        .containsExactly(
            new HoldBreakerOpen("two"),
            new ClearCache(),
            invalidate(Kind.EXPLANATION, KEY),
            invalidate(Kind.TOPIC, TOPIC),
            new Pause());
  }

  @Test
  void expiredInvalidations_areDeletedFromTheTopic() throws Exception {
    createTopics();
    ControlMember a = member("a", Duration.ofMillis(1));
    receipt(a.control.command(invalidate(Kind.TOPIC, TOPIC)));
    assertThat(a.control.state().cache().invalidations()).isEqualTo(1);

    member("b", Duration.ofMillis(1));

    await("all have forgotten it")
        .atMost(Rig.PATIENCE)
        .until(() -> a.control.state().cache().invalidations() == 0);
    assertThat(rig.topics().read(rig.topic("control")))
        .anyMatch(
            record ->
                new String(record.key(), UTF_8).equals("cache/invalid/" + TOPIC)
                    && record.value() == null);
  }

  @Test
  void commands_areRefusedInTime_whileTheBrokerIsAway_andReachAllAfterwards() throws Exception {
    createTopics();
    ControlMember a = member("a");
    ControlMember b = member("b");
    awaitKnown(a, "a", "b");
    receipt(a.control.command(new Pause()));

    cluster.broker().stop();
    List<CommandResult> refused = new ArrayList<>();
    Duration time = took(() -> refused.add(a.control.command(new HoldBreakerOpen("google_ai"))));
    cluster.broker().start();

    assertThat(refused.getFirst()).isInstanceOf(NotPublished.class);
    assertThat(time).isLessThan(ANSWER.plus(MARGIN));
    // by both: during the outage neither could write a heartbeat
    await("commands are taken again")
        .atMost(Rig.PATIENCE)
        .until(
            () ->
                a.control.command(new Resume()) instanceof Receipt r
                    && r.applied().containsAll(List.of("a", "b")));
    assertThat(receipt(a.control.command(new ClearCache())).applied()).containsExactly("a", "b");
    // what was refused does not come into force later
    assertThat(b.commands()).doesNotContain(new HoldBreakerOpen("google_ai"));
    assertThat(b.control.state().paused()).isFalse();
  }

  @Test
  void unreadableRecords_areSkipped_beforeTheStartAndAfter() throws Exception {
    createTopics();
    write("cache/generation", "not JSON");
    write("worker/x", "{\"applied\":\"all\"}");
    write("", "");
    ControlMember a = member("a");
    write("breaker/google_ai", "{\"state\":\"ajar\"}");
    write("worker/paused", null);
    write("moon/phase", "{}");

    Receipt receipt = receipt(a.control.command(new Pause()));

    assertThat(receipt.applied()).containsExactly("a");
    assertThat(receipt.offset()).isGreaterThanOrEqualTo(6);
    assertThat(a.commands()).containsExactly(new Pause());
  }

  @Test
  void topicThatIsCreatedAgain_voidsTheCache_andGoesOn() throws Exception {
    createTopics();
    ControlMember a = member("a");
    for (int i = 0; i < 5; i++) {
      receipt(a.control.command(new ClearCache()));
    }
    receipt(a.control.command(new Pause()));
    Generation before = a.control.state().cache().generation();

    rig.topics().delete(rig.topic("control"));
    createTopics();

    await("the new topic is read")
        .atMost(Rig.PATIENCE)
        .until(() -> !a.control.state().cache().generation().topicId().equals(before.topicId()));
    assertThat(a.control.state().cache().admits(before, new FoldedHashes(TOPIC, KEY))).isFalse();
    assertThat(a.control.state().paused()).isTrue();
    await("commands are taken")
        .atMost(Rig.PATIENCE)
        .until(
            () ->
                a.control.command(new ClearCache()) instanceof Receipt r && r.missing().isEmpty());
    assertThat(a.control.state().cache().generation().offset()).isLessThan(before.offset());
    assertThat(a.control.state().cache().admits(before, new FoldedHashes(TOPIC, KEY))).isFalse();
  }

  @Test
  void topicThatIsCreatedAgain_isNoticed_alsoWhenItHasGrown() throws Exception {
    createTopics();
    ControlMember a = member("a");
    receipt(a.control.command(new Pause()));
    Generation before = a.control.state().cache().generation();
    a.gate.lock();
    try {
      // its reader stands still in this command
      CompletableFuture<CommandResult> _ = give(a, new ClearCache());
      await("it has come").atMost(Rig.PATIENCE).until(a.gate::hasQueuedThreads);
      rig.topics().delete(rig.topic("control"));
      createTopics();
      write(
          "breaker/google_ai", "{\"state\":\"open\",\"at\":\"2026-11-23T12:00:00Z\",\"by\":\"x\"}");
      write("robot/tick", "{}", 100);
      assertThat(a.gate.hasQueuedThreads()).as("it stands still").isTrue();
    } finally {
      a.gate.unlock();
    }

    await("the new topic is read from its beginning")
        .atMost(Rig.PATIENCE)
        .until(() -> a.control.state().breakersHeldOpen().contains("google_ai"));
    assertThat(a.control.state().cache().admits(before, new FoldedHashes(TOPIC, KEY))).isFalse();
    assertThat(a.control.state().paused()).isTrue();
  }
}
