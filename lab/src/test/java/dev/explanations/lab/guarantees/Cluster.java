package dev.explanations.lab.guarantees;

import dev.explanations.lab.TemporaryDirectory;
import dev.explanations.lab.broker.EmbeddedBroker;
import dev.explanations.lab.process.FreePort;
import dev.explanations.lab.simulator.Behaviour;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The broker for the tests of a class, and for each test {@link Rig}s with topics of their own.
 * Closes all that the tests have started. Used by the test's thread.
 */
final class Cluster implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

  private final List<Rig> rigs = new ArrayList<>();
  private final boolean alone;
  private final Map<String, String> brokerProperties;
  private String name;
  private int rigsSoFar;
  private TemporaryDirectory directory;
  private EmbeddedBroker embedded;
  private Broker broker;
  private Admin admin;

  /** With the {@link SharedBroker}. */
  Cluster() {
    this(false, Map.of());
  }

  private Cluster(boolean alone, Map<String, String> brokerProperties) {
    this.alone = alone;
    this.brokerProperties = brokerProperties;
  }

  /** With a broker that a test may stop and start again, and on which nobody else works. */
  static Cluster withBrokerOfItsOwn() {
    return withBrokerOfItsOwn(Map.of());
  }

  /** The same, with more properties of the broker. */
  static Cluster withBrokerOfItsOwn(Map<String, String> properties) {
    return new Cluster(true, properties);
  }

  /** A simulator and an application that nobody else uses. */
  Rig rig(Behaviour behaviour) {
    String applicationId = "%s-%02d".formatted(name, ++rigsSoFar);
    Rig rig = new Rig(broker, admin, directory.path(), applicationId, behaviour);
    rigs.add(rig);
    return rig;
  }

  /** Of a cluster with one of its own. */
  EmbeddedBroker broker() {
    return embedded;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    name = context.getRequiredTestClass().getSimpleName().toLowerCase(Locale.ROOT);
    directory = TemporaryDirectory.create();
    if (alone) {
      embedded =
          EmbeddedBroker.start(
              directory.path().resolve("broker"), FreePort.find(), brokerProperties);
      broker = Broker.of(embedded);
    } else {
      broker = SharedBroker.of(context);
    }
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    rigs.forEach(Rig::close);
    if (!alone) {
      rigs.forEach(Rig::deleteTopics);
    }
    rigs.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    admin.close();
    if (alone) {
      broker.close();
    }
    directory.close();
  }
}
