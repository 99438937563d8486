package dev.explanations.worker.topics;

import dev.explanations.worker.acl.Acls;
import dev.explanations.worker.acl.Grant;
import dev.explanations.worker.acl.GrantCheck;
import dev.explanations.worker.acl.Need;
import dev.explanations.worker.acl.NotAllowed;
import dev.explanations.worker.acl.Role;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing and checks those that exist. The topics that meet in the
 * explain task must agree in their number of partitions: otherwise a request would wait in one task
 * for an outcome that arrives in another. Kafka does not check that.
 */
public final class TopicSetup {

  private static final Logger log = LoggerFactory.getLogger(TopicSetup.class);

  private final TopicAdmin admin;
  private final TopicPlan plan;
  private final Settings.Topics settings;
  private final TopicSizes sizes;
  private final GrantCheck grants;

  public TopicSetup(Admin admin, Settings settings) {
    this.admin = new TopicAdmin(admin);
    this.plan = new TopicPlan(settings);
    this.settings = settings.topics();
    FlowTopics flow = FlowTopics.of(settings.topics(), settings.streams().applicationId());
    this.sizes = new TopicSizes(this.admin, flow, settings);
    this.grants =
        new GrantCheck(
            admin, new Acls(settings.topics(), settings.streams().applicationId()).of(Role.WORKER));
  }

  /** Check of all grants of a worker, on these topics and elsewhere. */
  public GrantCheck grants() {
    return grants;
  }

  /**
   * Blocks until every topic can be written to.
   *
   * @return size limits of the topics for results and dead letters
   * @throws StartException if existing topics do not fit the settings, the cluster refuses to
   *     create what is missing, or a required grant is missing
   */
  public TopicLimits prepare() throws InterruptedException {
    try {
      Map<String, TopicDescription> topics = ensureTopics();
      checkGrants();
      checkPartitions(topics);
      return sizes.check();
    } catch (ExecutionException e) {
      throw new StartException(
          grants.explain(e).orElse("Topics cannot be prepared: " + e.getCause()), e);
    }
  }

  private Map<String, TopicDescription> ensureTopics()
      throws InterruptedException, ExecutionException {
    try {
      return admin.ensure(plan.topics());
    } catch (StartException e) {
      // a topic that the worker may not even see looks like one that has to be created
      checkGrants();
      throw e;
    }
  }

  /** Refuses to start without a required grant; warns of the others that are missing. */
  private void checkGrants() throws InterruptedException {
    Map<Boolean, List<Grant>> missing =
        grants.missing().stream()
            // told of where it is used
            .filter(grant -> grant.operation() != AclOperation.DESCRIBE_CONFIGS)
            .collect(Collectors.partitioningBy(grant -> grant.need() == Need.REQUIRED));
    List<Grant> required = missing.getOrDefault(true, List.of());
    if (!required.isEmpty()) {
      throw new StartException(NotAllowed.text(required));
    }
    for (Grant grant : missing.getOrDefault(false, List.of())) {
      log.warn("{}: needed where the worker {}", NotAllowed.text(List.of(grant)), grant.purpose());
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
