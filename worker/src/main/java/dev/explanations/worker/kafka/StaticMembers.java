package dev.explanations.worker.kafka;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Static members of this worker in its consumer group, one for each stream thread.
 *
 * @param group the application id
 */
public record StaticMembers(Admin admin, String group, String instanceId) {

  private static final Logger log = LoggerFactory.getLogger(StaticMembers.class);

  /**
   * Removes a dying stream thread's member once the thread is dead, on a virtual thread. A static
   * member would otherwise keep its partitions for a session timeout.
   */
  public void removeAfter(Thread dying) {
    String name = dying.getName();
    String member = instanceId + "-" + name.substring(name.lastIndexOf('-') + 1);
    Thread.startVirtualThread(
        () -> {
          try {
            dying.join();
            admin
                .removeMembersFromConsumerGroup(
                    group,
                    new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove(member))))
                .all()
                .get();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (ExecutionException e) {
            log.warn("Member {} not removed from the group: {}", member, e.getMessage());
          }
        });
  }
}
