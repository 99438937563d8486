package dev.explanations.lab.bench.hostile;

import static dev.explanations.lab.submit.CommittedRecords.header;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.CommittedRecords;
import dev.explanations.lab.submit.Result;
import dev.explanations.lab.submit.hostile.BadRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "malformed",
    description = "Bad requests of twelve kinds among good ones: is each of them accounted for?")
public final class Malformed extends Scenario {

  private static final String ID_PREFIX = "m-";
  private static final String REASON = "explanation-reason";

  @Option(
      names = "--requests",
      defaultValue = "1000",
      description = "So many good ones, and as many bad.")
  private int requests;

  @Option(names = "--call", defaultValue = "200ms", description = "How long a call takes.")
  private Duration call = Duration.ZERO;

  /** Results for bad requests by requestId; written on the follower's thread. */
  private final Map<String, String> rejections = new HashMap<>();

  private int tooMany;

  @Override
  public Behaviour behaviour() {
    return Behaviour.answer(call);
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "good requests " + requests,
        "bad requests " + requests,
        "kinds " + BadRequest.values().length,
        "call " + call.toMillis() + " ms");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    rejections.clear();
    tooMany = 0;
    var _ = rig.start("w1");
    Load load = rig.load(requests, this::arrived);
    BadRequest[] kinds = BadRequest.values();
    for (int i = 0; i < requests; i++) {
      load.ask(i);
      String id = ID_PREFIX + i;
      load.send(id.getBytes(UTF_8), kinds[i % kinds.length].value(id));
    }
    load.flush();
    load.awaitAll();

    Phase phase = load.phase(0, requests);
    report.answers(load, phase);
    report.line("all results after", Report.seconds(phase.whole()));
    synchronized (this) {
      Map<String, Long> by = new TreeMap<>();
      rejections.values().forEach(what -> by.merge(what, 1L, Long::sum));
      report.line(
          "results for bad ones", "%,d %s, doubled %d".formatted(rejections.size(), by, tooMany));
    }
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    CommittedRecords.read(rig.bootstrapServers(), Load.DEAD_LETTERS::equals, letters::add);
    deadLetters(letters, kinds, report);
  }

  private void deadLetters(
      List<ConsumerRecord<byte[], byte[]>> letters, BadRequest[] kinds, Report report) {
    Map<String, Long> byReason = new TreeMap<>();
    Map<Integer, Boolean> equal = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      String reason = Objects.requireNonNullElse(header(letter, REASON), "none");
      byReason.merge(reason, 1L, Long::sum);
      String key = new String(letter.key(), UTF_8);
      int number = Integer.parseInt(key.substring(ID_PREFIX.length()));
      byte[] original = kinds[number % kinds.length].value(key);
      equal.put(number, Arrays.equals(original, letter.value()));
    }
    report.line(
        "dead letters",
        "%,d %s, of different requests %,d, with the original bytes %,d"
            .formatted(
                letters.size(),
                byReason,
                equal.size(),
                equal.values().stream().filter(same -> same).count()));
  }

  private synchronized void arrived(Result result, JsonNode body) {
    if (result.requestId().startsWith(ID_PREFIX)) {
      String what = result.status() + "/" + result.error();
      if (rejections.put(result.requestId(), what) != null) {
        tooMany++;
      }
    }
  }
}
