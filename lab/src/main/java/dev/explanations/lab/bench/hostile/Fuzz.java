package dev.explanations.lab.bench.hostile;

import static dev.explanations.lab.submit.CommittedRecords.header;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.load.SteadyLoad;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.bench.rig.WorkerFigures;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.CommittedRecords;
import dev.explanations.lab.submit.Pacer;
import dev.explanations.lab.submit.hostile.FuzzedRecords;
import dev.explanations.lab.submit.hostile.FuzzedRecords.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "fuzz",
    description = {
      "Random records on the requests topic and the workers' own, beside good requests:",
      "does no thread die, and is every request accounted for?"
    })
public final class Fuzz extends Scenario {

  /** On each fuzzed request, and so on its result: which one it is. */
  private static final String NUMBER = "fuzz-number";

  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final List<String> OWN = List.of("accepted", "retries", "outcomes", "control");

  @Option(
      names = "--records",
      defaultValue = "100000",
      description = "So many fuzzed ones, two thirds of them requests.")
  private int records;

  @Option(names = "--per-second", defaultValue = "1000", description = "Fuzzed records per second.")
  private int perSecond;

  @Option(
      names = "--good",
      defaultValue = "100",
      description = "Good requests per second beside them.")
  private int goodPerSecond;

  @Option(
      names = "--seed",
      description = "Records are the same for the same seed. Default: another each time.")
  private @Nullable Long seed;

  private final Map<String, Integer> sent = new TreeMap<>();

  /** Numbers of fuzzed requests by where their records are. */
  private final Map<String, Integer> places = new ConcurrentHashMap<>();

  private volatile @Nullable Exception refused;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(Duration.ofMillis(50));
  }

  @Override
  public String heap() {
    return "512m";
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "fuzzed records " + records + ", " + perSecond + "/s",
        "good requests " + goodPerSecond + "/s");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    sent.clear();
    places.clear();
    refused = null;
    long number = seed == null ? System.nanoTime() : seed;
    report.line("seed", Long.toString(number));
    WorkerProcess worker = rig.start("w1");
    try (WorkerFigures figures = new WorkerFigures(worker)) {
      int capacity = goodPerSecond * (records / perSecond + 120);
      Load load = rig.load(capacity);
      try (SteadyLoad _ = SteadyLoad.start(load, goodPerSecond)) {
        send(rig.bootstrapServers(), new FuzzedRecords(number));
      }
      load.flush();
      load.awaitAll();
      Account account = await(rig.bootstrapServers());
      tell(load, account, worker, figures, report);
    }
  }

  private void tell(
      Load load, Account account, WorkerProcess worker, WorkerFigures figures, Report report)
      throws Exception {
    Phase good = load.phase(0, load.requests());
    long died = worker.log().stream().filter(line -> line.contains("stream thread died")).count();
    report.line("fuzzed records sent", sent.toString());
    report.line("good requests:", "");
    report.answers(load, good);
    report.line("fuzzed requests", account.toString());
    if (account.lost() > 0) {
      report.line("lost, for instance", account.lostPlaces().toString());
    }
    report.line("dead letters", account.letters().toString());
    report.line("faults", figures.faults().toString());
    report.line("stream threads", "died %d, live %d".formatted(died, figures.threads()));
    report.line("process", worker.isAlive() ? "never restarted, lives" : "ENDED");
    report.line("heap", "%,d MB used at most".formatted(figures.heapPeakMegabytes()));
    report.verdict(
        good.lost() == 0
            && good.doubled() == 0
            && account.lost() == 0
            && account.doubled() == 0
            && died == 0
            && worker.isAlive(),
        "no request lost or doubled, no thread died, no restart");
  }

  private void send(String bootstrapServers, FuzzedRecords fuzzed) {
    Map<String, Object> properties =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.LINGER_MS_CONFIG,
            5);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      Pacer pacer = new Pacer(perSecond);
      int requests = 0;
      for (int i = 0; i < records; i++) {
        pacer.await();
        if (fuzzed.nextInt(3) > 0) {
          request(producer, fuzzed, requests++);
        } else {
          own(producer, fuzzed, OWN.get(fuzzed.nextInt(OWN.size())));
        }
      }
    }
    if (refused != null) {
      throw new IllegalStateException("the broker refused a record: " + refused, refused);
    }
  }

  private void request(KafkaProducer<byte[], byte[]> producer, FuzzedRecords fuzzed, int number) {
    RecordHeaders headers = fuzzed.headers();
    headers.add(NUMBER, Integer.toString(number).getBytes(StandardCharsets.UTF_8));
    sent.merge(Load.REQUESTS, 1, Integer::sum);
    var _ =
        producer.send(
            new ProducerRecord<>(
                Load.REQUESTS, null, fuzzed.key(Kind.REQUEST), fuzzed.value(Kind.REQUEST), headers),
            (metadata, failure) -> {
              if (failure == null) {
                places.put(
                    metadata.topic() + "/" + metadata.partition() + "/" + metadata.offset(),
                    number);
              } else {
                refused = failure;
              }
            });
  }

  private void own(KafkaProducer<byte[], byte[]> producer, FuzzedRecords fuzzed, String name) {
    String topic =
        name.equals("accepted")
            ? "explanation-worker-accepted-repartition"
            : "explanations." + name;
    Kind kind =
        switch (name) {
          case "outcomes" -> Kind.OUTCOME;
          case "control" -> Kind.CONTROL;
          default -> Kind.REQUEST;
        };
    sent.merge(topic, 1, Integer::sum);
    var _ =
        producer.send(
            new ProducerRecord<>(
                topic, null, fuzzed.key(kind), fuzzed.value(kind), fuzzed.headers()),
            (metadata, failure) -> refused = failure == null ? refused : failure);
  }

  /** Looks until each fuzzed request is accounted for, or for as long as it is worth waiting. */
  private Account await(String bootstrapServers) throws InterruptedException {
    long deadline = System.nanoTime() + options().timeout().toNanos();
    while (true) {
      Account account = new Account(places.size());
      CommittedRecords.read(bootstrapServers, Load.RESULTS::equals, account::result);
      CommittedRecords.read(bootstrapServers, Load.DEAD_LETTERS::equals, account::letter);
      if (account.lost() == 0 || System.nanoTime() > deadline) {
        return account;
      }
      Thread.sleep(LOOK);
    }
  }

  /** Results and dead letters of the fuzzed requests. */
  private final class Account {

    private final int requests;
    private final BitSet answered = new BitSet();
    private final BitSet dead = new BitSet();
    private final Map<String, Long> letters = new TreeMap<>();
    private int doubled;

    Account(int requests) {
      this.requests = requests;
    }

    void result(ConsumerRecord<byte[], byte[]> record) {
      String number = header(record, NUMBER);
      if (number != null) {
        note(answered, Integer.parseInt(number));
      }
    }

    void letter(ConsumerRecord<byte[], byte[]> record) {
      letters.merge(String.valueOf(header(record, "explanation-reason")), 1L, Long::sum);
      Integer number = places.get(String.valueOf(header(record, "explanation-origin")));
      if (number != null) {
        note(dead, number);
      }
    }

    private void note(BitSet numbers, int number) {
      doubled += numbers.get(number) ? 1 : 0;
      numbers.set(number);
    }

    int lost() {
      BitSet either = (BitSet) answered.clone();
      either.or(dead);
      return requests - either.cardinality();
    }

    /** Where some of the records are that were lost. */
    List<String> lostPlaces() {
      return places.entrySet().stream()
          .filter(place -> !answered.get(place.getValue()) && !dead.get(place.getValue()))
          .map(Map.Entry::getKey)
          .limit(10)
          .toList();
    }

    int doubled() {
      return doubled;
    }

    Map<String, Long> letters() {
      return letters;
    }

    @Override
    public String toString() {
      return "%,d, with a result %,d, dead letters %,d, lost %d, doubled %d"
          .formatted(requests, answered.cardinality(), dead.cardinality(), lost(), doubled);
    }
  }
}
