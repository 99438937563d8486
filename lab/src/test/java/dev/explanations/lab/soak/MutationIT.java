package dev.explanations.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.broker.EmbeddedBroker;
import dev.explanations.lab.guarantees.Violation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A worker that breaks a promise is caught by the guarantee, and one that does not is not: a
 * guarantee that cannot fail proves nothing.
 */
@EnabledIfSystemProperty(named = "it.mutations", matches = "true", disabledReason = "takes minutes")
class MutationIT {

  static final List<Mutation> MUTATIONS = Mutation.ALL;

  @TempDir static Path brokerDirectory;

  private static EmbeddedBroker broker;

  @TempDir Path directory;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(brokerDirectory);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void worker_breaksNothing() throws Exception {
    List<Violation> violations =
        MutationScenario.run("unchanged", broker.bootstrapServers(), directory, List.of());

    assertThat(violations).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("MUTATIONS")
  void mutant_isCaught(Mutation mutation) throws Exception {
    Path classes = directory.resolve("classes");
    mutation.compile(classes);
    String classPath = classes + ":" + System.getProperty("java.class.path");

    List<Violation> violations =
        MutationScenario.run(
            mutation.guarantee(), broker.bootstrapServers(), directory, List.of("-cp", classPath));

    violations.stream()
        .filter(each -> each.guarantee().equals(mutation.guarantee()))
        .findFirst()
        .ifPresent(each -> System.out.println(each.guarantee() + ": " + each.what()));
    assertThat(violations).extracting(Violation::guarantee).contains(mutation.guarantee());
  }
}
