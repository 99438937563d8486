package dev.explanations.lab.guarantees;

import dev.explanations.lab.TemporaryDirectory;
import dev.explanations.lab.broker.EmbeddedBroker;
import dev.explanations.lab.simulator.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One broker for the tests of a class, and for each test {@link Rig}s with topics of their own.
 * Closes all that the tests have started. Used by the test's thread.
 */
final class Cluster implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

  private final List<Rig> rigs = new ArrayList<>();
  private int rigsSoFar;
  private Path directory;
  private final boolean stoppable;
  private EmbeddedBroker embedded;
  private Broker broker;
  private Admin admin;

  /** With a broker in a container where there is Docker. */
  Cluster() {
    this(false);
  }

  private Cluster(boolean stoppable) {
    this.stoppable = stoppable;
  }

  /** With a broker that a test may stop and start again. */
  static Cluster withStoppableBroker() {
    return new Cluster(true);
  }

  /** A simulator and an application that nobody else uses. */
  Rig rig(Behaviour behaviour) {
    Rig rig = new Rig(broker, admin, directory, "app" + ++rigsSoFar, behaviour);
    rigs.add(rig);
    return rig;
  }

  /** Of a cluster with a stoppable one. */
  EmbeddedBroker broker() {
    return embedded;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("guarantees-");
    Path data = directory.resolve("broker");
    if (stoppable) {
      embedded = EmbeddedBroker.start(data);
      broker = Broker.of(embedded);
    } else {
      broker = Broker.start(data);
    }
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    rigs.forEach(Rig::close);
    rigs.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    admin.close();
    broker.close();
    new TemporaryDirectory(directory).close();
  }
}
