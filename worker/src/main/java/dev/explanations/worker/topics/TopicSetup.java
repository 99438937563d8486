package dev.explanations.worker.topics;

import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Creates the topics that are missing and checks those that exist. The topics that meet in the
 * explain task must agree in their number of partitions: otherwise a request would wait in one task
 * for an outcome that arrives in another. Kafka does not check that.
 */
public final class TopicSetup {

  private final TopicAdmin admin;
  private final TopicPlan plan;
  private final Settings.Topics settings;
  private final TopicSizes sizes;

  public TopicSetup(Admin admin, Settings settings) {
    this.admin = new TopicAdmin(admin);
    this.plan = new TopicPlan(settings);
    this.settings = settings.topics();
    FlowTopics flow = FlowTopics.of(settings.topics(), settings.streams().applicationId());
    this.sizes = new TopicSizes(this.admin, flow, settings);
  }

  /**
   * Blocks until every topic can be written to.
   *
   * @return size limits of the topics for results and dead letters
   * @throws StartException if existing topics do not fit the settings, or the cluster refuses to
   *     create what is missing
   */
  public TopicLimits prepare() throws InterruptedException {
    try {
      checkPartitions(admin.ensure(plan.topics()));
      return sizes.check();
    } catch (ExecutionException e) {
      throw new StartException("Topics cannot be prepared: " + e.getCause(), e);
    }
  }

  private void checkPartitions(Map<String, TopicDescription> topics) {
    List<String> wrong = new ArrayList<>();
    for (String name : plan.partitionedAlike()) {
      TopicDescription topic = topics.get(name);
      int actual = topic == null ? 0 : topic.partitions().size();
      if (actual != settings.partitions()) {
        wrong.add(name + " has " + actual);
      }
    }
    if (!wrong.isEmpty()) {
      throw new StartException(
          "PARTITIONS is "
              + settings.partitions()
              + ", but "
              + String.join(", ", wrong)
              + ": these topics must all have PARTITIONS partitions, which are fixed for the life"
              + " of an APPLICATION_ID");
    }
  }
}
