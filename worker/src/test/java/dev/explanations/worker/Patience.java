package dev.explanations.worker;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Default patience of all tests that wait with Awaitility. Its own default of 10 s is too short for
 * a loaded machine; no test waits it out unless it fails. JUnit finds this class as a service.
 */
public final class Patience implements BeforeAllCallback {

  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(AT_MOST);
  }
}
