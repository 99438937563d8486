package dev.explanations.worker.metrics;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows the workers of the application that are alive, as far as this one is told of them. */
@FunctionalInterface
public interface WorkerList {

  /** This one included. Never waits. */
  List<Member> members();

  /**
   * A worker.
   *
   * @param id its {@code INSTANCE_ID}
   * @param self whether it is this one
   * @param appliedOffset up to where it has applied the control topic; {@code null} if not known
   * @param lastHeartbeat {@code null} if not known
   */
  record Member(
      String id, boolean self, @Nullable Long appliedOffset, @Nullable Instant lastHeartbeat) {}
}
