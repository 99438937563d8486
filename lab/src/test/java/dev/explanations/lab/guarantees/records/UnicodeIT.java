package dev.explanations.lab.guarantees.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import java.text.Normalizer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UnicodeIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> TEXTS =
      List.of(
          "光合作用与卡尔文循环",
          "التمثيل الضوئي \u200Fودورة كالفن",
          "פוטוסינתזה",
          "क्षत्रिय का इतिहास",
          "👩🏽‍🔬 explains 🧬 to 👨‍👩‍👧‍👦",
          "𝕏-rays and 𝒉𝒂𝒓𝒎𝒐𝒏𝒊𝒄𝒔",
          "Z̸̛͎a̷l̶g̴o̵ o\u0308 e\u0301",
          "İstanbul ıŞıK ß ﬁ ǅ",
          "quotes \" and \\ and </b> {0} %s $1");

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void texts_comeBackAsGiven() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    rig.start("w1");
    Map<String, String> asked = new LinkedHashMap<>();
    for (String text : TEXTS) {
      String id = "id " + text;
      asked.put(id, text);
      rig.ask(id, request(id, "topic " + text, text));
    }
    rig.answeredExactlyOnce();

    assertThat(rig.gemini.statistics().calls()).isEqualTo(TEXTS.size());
    assertThat(rig.results).hasSize(TEXTS.size());
    assertThat(rig.results)
        .allSatisfy(
            result -> {
              String text = asked.get(result.path("requestId").asText());
              assertThat(text).isNotNull();
              assertThat(result.path("subtopic").asText()).isEqualTo(text);
              assertThat(result.path("topic").asText()).isEqualTo("topic " + text);
              assertThat(result.path("explanation").asText()).contains(text);
              assertThat(rig.gemini.statistics().callsContaining(text)).isEqualTo(1);
            });
  }

  @Test
  void differentFormsOfOneText_shareOneCall_andKeepTheirForm() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(200)));
    rig.start("w1");
    String composed = Normalizer.normalize("Schrödinger über Ångström: é", Normalizer.Form.NFC);
    String decomposed = Normalizer.normalize(composed, Normalizer.Form.NFD);
    assertThat(decomposed).isNotEqualTo(composed);

    rig.ask("nfc", request("nfc", composed, composed));
    rig.ask("nfd", request("nfd", decomposed, decomposed));
    rig.answeredExactlyOnce();

    assertThat(rig.gemini.statistics().calls()).isEqualTo(1);
    assertThat(rig.results)
        .hasSize(2)
        .allSatisfy(
            result -> {
              boolean nfc = result.path("requestId").asText().equals("nfc");
              assertThat(result.path("topic").asText()).isEqualTo(nfc ? composed : decomposed);
              assertThat(result.path("subtopic").asText()).isEqualTo(nfc ? composed : decomposed);
            });
  }

  private static String request(String id, String topic, String subtopic) {
    ObjectNode request = JSON.createObjectNode();
    request.put("requestId", id).put("topic", topic).put("subtopic", subtopic);
    return request.toString();
  }
}
