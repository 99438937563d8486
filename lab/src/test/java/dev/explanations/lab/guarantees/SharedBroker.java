package dev.explanations.lab.guarantees;

import dev.explanations.lab.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The broker of all classes that need none of their own, in a container where there is Docker.
 * JUnit ends it after the last of them.
 */
final class SharedBroker implements AutoCloseable {

  private final TemporaryDirectory directory;
  private final Broker broker;

  private SharedBroker(TemporaryDirectory directory) {
    this.directory = directory;
    this.broker = Broker.start(directory.path());
  }

  /** Starts it for the first class that asks; the others wait for that. */
  static Broker of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(SharedBroker.class))
        .computeIfAbsent(SharedBroker.class, key -> start(), SharedBroker.class)
        .broker;
  }

  private static SharedBroker start() {
    try {
      return new SharedBroker(TemporaryDirectory.create());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    broker.close();
    directory.close();
  }
}
