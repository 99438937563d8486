package dev.explanations.worker.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.explanations.worker.explanation.Usd;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Amounts of money in JSON for people and clients: dollars, exactly. */
final class UsdJson {

  private UsdJson() {}

  static void write(JsonGenerator json, String name, @Nullable Usd amount) throws IOException {
    json.writeFieldName(name);
    if (amount == null) {
      json.writeNull();
    } else if (amount.equals(Usd.ZERO)) {
      json.writeNumber(0);
    } else {
      // not as BigDecimal, which may get an exponent
      json.writeNumber(amount.dollars().stripTrailingZeros().toPlainString());
    }
  }
}
