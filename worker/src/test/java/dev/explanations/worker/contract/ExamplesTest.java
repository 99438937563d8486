package dev.explanations.worker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.CacheEntryJson;
import dev.explanations.worker.contract.peer.ControlJson;
import dev.explanations.worker.contract.peer.ControlRecord;
import dev.explanations.worker.contract.peer.OutcomeJson;
import dev.explanations.worker.contract.request.Decoded;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExamplesTest {

  private static final Path EXAMPLES = Schemas.DIRECTORY.resolve("examples");

  static Stream<Arguments> validExamples() {
    return Schemas.files(Schemas.DIRECTORY, "*.schema.json").stream()
        .map(file -> file.getFileName().toString().replace(".schema.json", ""))
        .flatMap(
            name ->
                Schemas.files(EXAMPLES.resolve(name), "*.json").stream()
                    .map(file -> Arguments.of(name, file)));
  }

  static List<Path> validRequests() {
    return Schemas.files(EXAMPLES.resolve("request"), "*.json");
  }

  static List<Path> invalidRequests() {
    return Schemas.files(EXAMPLES.resolve("request-invalid"), "*.json");
  }

  static List<Path> cloudEvents() {
    return Schemas.files(EXAMPLES.resolve("request-cloudevent"), "*.json");
  }

  static List<Path> results() {
    return Schemas.files(EXAMPLES.resolve("result"), "*.json");
  }

  static List<Path> outcomes() {
    return Schemas.files(EXAMPLES.resolve("outcome"), "*.json");
  }

  static List<Path> cached() {
    return Schemas.files(EXAMPLES.resolve("cached-explanation"), "*.json");
  }

  static List<Path> invalidCached() {
    return Schemas.files(EXAMPLES.resolve("cached-explanation-invalid"), "*.json");
  }

  static List<Path> controls() {
    return Schemas.files(EXAMPLES.resolve("control"), "*.json");
  }

  @Test
  void everySchemaHasAnExample() {
    assertThat(validExamples().map(example -> example.get()[0]))
        .contains(
            "request", "result", "outcome", "control", "dead-letter-headers", "cached-explanation");
  }

  @ParameterizedTest
  @MethodSource("validExamples")
  void validExample_matchesItsSchema(String name, Path file) {
    assertThat(Schemas.validate(name, Schemas.json(file))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "request",
        "result",
        "outcome",
        "control",
        "dead-letter-headers",
        "cached-explanation"
      })
  void schema_isOfTheDraftAndShippedInTheJar(String name) throws IOException {
    JsonNode document = Schemas.document(name);

    assertThat(document.path("$schema").asText())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
    assertThat(document.path("title").asText()).isNotBlank();
    assertThat(document.path("description").asText()).isNotBlank();
    try (var shipped = getClass().getResourceAsStream("/schemas/" + name + ".schema.json")) {
      assertThat(shipped).isNotNull();
      assertThat(Schemas.json(shipped.readAllBytes())).isEqualTo(document);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"result", "outcome", "dead-letter-headers"})
  void schema_listsEveryErrorCode(String name) {
    List<String> listed =
        Schemas.document(name)
            .at("/$defs/errorCode/enum")
            .valueStream()
            .map(JsonNode::asText)
            .toList();

    assertThat(listed)
        .containsExactlyElementsOf(
            Arrays.stream(ErrorCode.values()).map(ErrorCode::wireName).toList());
  }

  @ParameterizedTest
  @MethodSource("validRequests")
  void validRequest_isDecoded(Path file) throws IOException {
    byte[] value = Files.readAllBytes(file);
    RequestDecoder decoder = new RequestDecoder();

    assertThat(decoder.decode(null, value))
        .isEqualTo(new Decoded.Valid(decoder.read(null, value, null)));
  }

  @ParameterizedTest
  @MethodSource("cloudEvents")
  void cloudEvent_isDecodedAsItsData(Path file) throws IOException {
    byte[] data = Schemas.json(file).path("data").toString().getBytes(StandardCharsets.UTF_8);
    RequestDecoder decoder = new RequestDecoder();

    assertThat(decoder.decode(null, Files.readAllBytes(file), "application/cloudevents+json"))
        .isInstanceOf(Decoded.Valid.class)
        .isEqualTo(decoder.decode(null, data));
  }

  @ParameterizedTest
  @MethodSource("invalidRequests")
  void invalidRequest_isRefusedWithTheMessageBesideIt(Path file) throws IOException {
    Path message = Path.of(file.toString().replace(".json", ".txt"));

    Decoded decoded = new RequestDecoder().decode(null, Files.readAllBytes(file));

    assertThat(decoded).isInstanceOf(Decoded.Invalid.class);
    Decoded.Invalid invalid = (Decoded.Invalid) decoded;
    assertThat(invalid.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(invalid.detail()).isEqualTo(Files.readString(message).strip());
  }

  @ParameterizedTest
  @MethodSource("results")
  void result_isReadAndWrittenAsItStands(Path file) throws IOException {
    byte[] written = new ResultJson().write(ResultReader.read(Files.readAllBytes(file)));

    assertThat(Schemas.json(written)).isEqualTo(Schemas.json(file));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void outcome_isReadAndWrittenAsItStands(Path file) throws IOException {
    OutcomeJson json = new OutcomeJson();

    byte[] written = json.write(json.read(Files.readAllBytes(file)).orElseThrow());

    assertThat(Schemas.json(written)).isEqualTo(Schemas.json(file));
  }

  @ParameterizedTest
  @MethodSource("cached")
  void cachedExplanation_isReadAndWrittenAsItStands(Path file) throws IOException {
    CacheEntryJson json = new CacheEntryJson();
    String cacheKey = Schemas.json(file).path("cacheKey").asText();

    CacheEntry entry = json.read(cacheKey, Files.readAllBytes(file)).orElseThrow();

    assertThat(Schemas.json(json.write(cacheKey, entry))).isEqualTo(Schemas.json(file));
  }

  @ParameterizedTest
  @MethodSource("invalidCached")
  void invalidCachedExplanation_isAgainstItsSchema_andCountsAsAbsent(Path file) throws IOException {
    String cacheKey = Schemas.json(cached().getFirst()).path("cacheKey").asText();

    assertThat(Schemas.validate("cached-explanation", Schemas.json(file))).isNotEmpty();
    assertThat(new CacheEntryJson().read(cacheKey, Files.readAllBytes(file))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("controls")
  void control_isReadAndWrittenAsItStands(Path file) throws IOException {
    ControlJson json = new ControlJson();
    byte[] key =
        Files.readString(Path.of(file.toString().replace(".json", ".txt")))
            .strip()
            .getBytes(StandardCharsets.UTF_8);

    ControlRecord read = json.read(key, Files.readAllBytes(file)).orElseThrow();

    assertThat(json.key(read)).isEqualTo(key);
    assertThat(Schemas.json(Objects.requireNonNull(json.value(read))))
        .isEqualTo(Schemas.json(file));
  }
}
