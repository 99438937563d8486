package dev.explanations.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one import for all
class ArchitectureTest {

  private static final String ROOT = "dev.explanations.worker";

  private final JavaClasses worker =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void domain_knowsNothingButItselfAndTheLanguage() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".explanation..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(ROOT + ".explanation..", "java..", "org.jspecify..")
        .check(worker);
  }

  @Test
  void nobody_dependsOnTheCompositionRoot() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT)
        .check(worker);
  }

  @Test
  void packages_dependInOneDirection() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(worker);
  }

  @Test
  void eachTechnology_staysInItsPackages() {
    only("com.google.genai..", ROOT + ".gemini..");
    only("okhttp3..", ROOT + ".gemini..");
    only("io.github.resilience4j..", ROOT + ".gate..", ROOT + ".cache..", ROOT + ".metrics..");
    only("io.micrometer..", ROOT + ".metrics..");
    only("redis.clients..", ROOT + ".cache..");
    only("org.apache.commons.pool2..", ROOT + ".cache..");
    only("io.javalin..", ROOT + ".api..", ROOT + ".http..");
    only("com.networknt..", ROOT + ".contract..", ROOT + ".policy..");
    only("io.opentelemetry..", ROOT + ".tracing..");
    only("ch.qos.logback..", ROOT + ".logging..");
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + ".api..",
            ROOT + ".cache..",
            ROOT + ".dispatch..",
            ROOT + ".gemini..",
            ROOT + ".health..",
            ROOT + ".http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(worker);
  }

  private void only(String technology, String... homes) {
    noClasses()
        .that()
        .resideOutsideOfPackages(homes)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(technology)
        .check(worker);
  }
}
