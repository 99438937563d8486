package dev.explanations.worker.api;

import dev.explanations.worker.spending.BudgetStatus;
import java.util.List;

/** The budget, for its endpoints. Thread-safe. */
public interface BudgetService {

  BudgetStatus status();

  /** Models of this worker that have no price now. */
  List<String> unpriced();
}
