package dev.explanations.lab.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.lab.faults.Draw.Weighted;
import dev.explanations.lab.faults.Fault.Step;
import dev.explanations.lab.faults.target.HostileProducer;
import dev.explanations.lab.faults.target.HostileProducer.Request;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.submit.hostile.BadRequest;
import dev.explanations.lab.submit.hostile.HostileRecords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Invalid records, and valid ones published in unusual ways. */
final class RecordFaults {

  private static final List<String> OWN = List.of("explanations.outcomes", "explanations.retries");
  private static final int MAX_HEADERS = 100;

  /** Size of all headers; with key, value and framing the request stays below 64 kB. */
  private static final int HEADER_BYTES = 64_500;

  /** Bytes of a header besides its value: a name of four characters, and framing. */
  private static final int HEADER_OVERHEAD = 10;

  private static final int MAX_VALUE = 900_000;
  private static final int MIN_TOO_LARGE = 70_000;

  private RecordFaults() {}

  static List<Weighted> all() {
    return List.of(
        new Weighted(4, RecordFaults::malformed),
        new Weighted(2, RecordFaults::tooLarge),
        new Weighted(3, RecordFaults::headers),
        new Weighted(1, RecordFaults::tooManyHeaders),
        new Weighted(3, RecordFaults::poison),
        new Weighted(3, random -> transaction(random, false)),
        new Weighted(1, random -> transaction(random, true)),
        new Weighted(3, RecordFaults::compressed));
  }

  private static Draw malformed(RandomGenerator random) {
    String id = id(random);
    List<Request> requests = new ArrayList<>();
    for (BadRequest kind : BadRequest.values()) {
      String each = id + "-" + kind.name();
      requests.add(Request.bad(each, kind.value(each), new RecordHeaders()));
    }
    return published("malformed requests", "none", requests);
  }

  private static Draw tooLarge(RandomGenerator random) {
    String id = id(random);
    int bytes = random.nextInt(MIN_TOO_LARGE, MAX_VALUE);
    return published(
        "a request of %d bytes".formatted(bytes),
        Draw.one(random, HostileProducer.COMPRESSIONS),
        List.of(Request.bad(id, HostileRecords.json(id, bytes), new RecordHeaders())));
  }

  /**
   * Publishes three valid requests: headers of a random size, as large ones, and as many ones as
   * allowed.
   */
  private static Draw headers(RandomGenerator random) {
    String id = id(random);
    int count = random.nextInt(1, MAX_HEADERS + 1);
    int size = random.nextInt(HEADER_BYTES / count - HEADER_OVERHEAD);
    List<Request> requests =
        List.of(
            withHeaders(id + "-0", count, size),
            withHeaders(id + "-1", count, HEADER_BYTES / count - HEADER_OVERHEAD),
            withHeaders(id + "-2", MAX_HEADERS, HEADER_BYTES / MAX_HEADERS - HEADER_OVERHEAD));
    return published(
        "%d headers of %d bytes, and as many and large as may be".formatted(count, size),
        Draw.one(random, HostileProducer.COMPRESSIONS),
        requests);
  }

  private static Request withHeaders(String id, int count, int size) {
    RecordHeaders headers = new RecordHeaders();
    Map<String, String> due = new HashMap<>();
    String value = "v".repeat(size);
    for (int i = 0; i < count; i++) {
      String name = "h-%02d".formatted(i);
      due.put(name, value);
      headers.add(name, value.getBytes(US_ASCII));
    }
    return Request.good(id, headers, due);
  }

  private static Draw tooManyHeaders(RandomGenerator random) {
    String id = id(random);
    int count = random.nextInt(MAX_HEADERS + 1, 5_000);
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < count; i++) {
      headers.add("n", new byte[] {'v'});
    }
    return published(
        count + " headers",
        "none",
        List.of(Request.bad(id, HostileRecords.json(id, MAX_HEADERS), headers)));
  }

  /** Publishes garbage that belongs to no request, on a topic that only workers write to. */
  private static Draw poison(RandomGenerator random) {
    String topic = Draw.one(random, OWN);
    int choice = random.nextInt();
    byte[] garbage = new byte[random.nextInt(1, 2_000)];
    random.nextBytes(garbage);
    byte[] unknownKey = "0".repeat(64).getBytes(UTF_8);
    return moment(
        "poison on " + topic,
        field -> {
          field.producer().publish(topic, null, garbage, choice);
          field.producer().publish(topic, garbage, garbage, choice);
          field.producer().publish(topic, unknownKey, null, choice);
          if (topic.equals(OWN.getFirst())) {
            for (byte[] outcome : HostileRecords.outcomes()) {
              field.producer().publish(topic, unknownKey, outcome, choice);
            }
          }
        });
  }

  private static Draw transaction(RandomGenerator random, boolean commits) {
    List<Request> requests = good(random, random.nextInt(1, 20));
    String id = "producer-" + requests.getFirst().id();
    return moment(
        "%s transaction of %d requests"
            .formatted(commits ? "committed" : "aborted", requests.size()),
        field -> field.producer().transact(id, requests, commits));
  }

  private static Draw compressed(RandomGenerator random) {
    String compression = Draw.one(random, HostileProducer.COMPRESSIONS);
    List<Request> requests = good(random, random.nextInt(1, 20));
    return published(
        "%d requests, compression %s".formatted(requests.size(), compression),
        compression,
        requests);
  }

  private static List<Request> good(RandomGenerator random, int count) {
    String id = id(random);
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(Request.good(id + "-" + i));
    }
    return requests;
  }

  private static Draw published(String name, String compression, List<Request> requests) {
    return moment(name, field -> field.producer().publish(compression, requests));
  }

  private static Draw moment(String name, Step step) {
    return Draw.moment(FaultKind.RECORDS, name, Set.of(), step);
  }

  private static String id(RandomGenerator random) {
    return "fault-" + HexFormat.of().toHexDigits(random.nextLong());
  }
}
