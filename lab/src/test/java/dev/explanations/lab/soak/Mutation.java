package dev.explanations.lab.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A change of the worker's source by which it breaks a promise.
 *
 * @param guarantee that it breaks, by its name
 * @param file below the worker's package
 * @param from occurs once in it
 */
record Mutation(String guarantee, String file, String from, String to) {

  private static final Path SOURCES =
      Path.of("..", "worker", "src", "main", "java", "dev", "explanations", "worker");

  /** How long the stream stands still over one request. */
  private static final String PARK =
      "java.util.concurrent.locks.LockSupport.parkNanos(15_000_000_000L);";

  static final List<Mutation> ALL =
      List.of(
          new Mutation(
              "EveryRequestAnsweredOnce",
              "flow/Emitter.java",
              "    out.send(key, value, headers, sinks.results());\n",
              "    out.send(key, value, headers, sinks.results());\n".repeat(2)),
          new Mutation(
              "NoCallWhileOpen",
              "gate/Breaker.java",
              "          .log(\"Circuit breaker OPENED due to failures\");",
              "          .log(\"Circuit breaker OPENED due to failures\"); breaker.reset();"),
          new Mutation(
              "SingleFlight",
              "explanation/CacheKey.java",
              "Canonical.exact(request.topic()),",
              "Canonical.exact(request.topic()), request.requestId(),"),
          new Mutation(
              "OneAttemptPerRound",
              "task/Failures.java",
              "request.after(attempts, next.due(), failure.code())",
              "request.after(attempts, now.plus(backoff.afterFailure(attempts)), failure.code())"),
          new Mutation(
              "NoWrongAnswer",
              "explanation/CacheKey.java",
              "            Canonical.exact(request.subtopic()),\n",
              ""),
          new Mutation(
              "OnlyCompleteAnswersCached",
              "gemini/answer/GeminiAnswers.java",
              "case \"MAX_TOKENS\" -> errors.cutOff(\"finish reason MAX_TOKENS\", answer.usage());",
              "case \"MAX_TOKENS\" -> explained(text, answer);"),
          new Mutation(
              "NothingOldAfterClear",
              "control/CacheState.java",
              "              clear = clear.and(mark);\n",
              ""),
          new Mutation(
              "DeadlinesKept",
              "task/ExplainTask.java",
              "pending.expire(now, STEP, late -> parts.guarded(late, () -> expire(late, now)));",
              ""),
          new Mutation(
              "LimitsKept",
              "gate/CallGate.java",
              "!exhausted && running < limit.current()",
              "!exhausted"),
          new Mutation(
              "CallsAccounted",
              "metrics/CallCounts.java",
              "counters.outputTokens.increment(usage.outputTokens());",
              ""),
          new Mutation(
              "HeadersCarried",
              "flow/Emitter.java",
              "    byte[] key = result.requestId()",
              "    headers = new RecordHeaders();\n    byte[] key = result.requestId()"),
          new Mutation(
              "NothingSecretEmitted",
              "settings/Secret.java",
              "return \"******\";",
              "return reveal;"),
          new Mutation(
              "StreamNeverStops",
              "topology/IntakeProcessor.java",
              "    parts.listener().received();\n",
              "    parts.listener().received();\n"
                  + "    if (record.value() != null && new String(record.value()).contains(\""
                  + MutationScenario.LAST
                  + "\")) { "
                  + PARK
                  + " }\n"));

  @Override
  public String toString() {
    return guarantee;
  }

  String source() {
    try {
      return Files.readString(SOURCES.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compiles the changed file into that directory, which is to come first on a class path. */
  void compile(Path directory) throws IOException {
    Path name = Path.of(file).getFileName();
    Path changed = Files.createDirectories(directory.resolve("source")).resolve(name);
    Files.writeString(changed, source().replace(from, to));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(messages, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-parameters",
              "-cp",
              System.getProperty("java.class.path"),
              "-d",
              directory.toString());
      var units = files.getJavaFileObjects(changed);
      if (!compiler.getTask(null, files, messages, options, null, units).call()) {
        throw new IllegalStateException(file + " does not compile: " + messages.getDiagnostics());
      }
    }
  }
}
