package dev.explanations.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.StringReader;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImpatientRequestsTest {

  @Test
  void among_changesEveryFifth_andNothingElse() {
    List<String> lines =
        IntStream.range(0, 12).mapToObj("{\"requestId\": \"r-%d\"}"::formatted).toList();

    ImpatientRequests requests = among(String.join("\n\n", lines));

    assertThat(requests.count()).isEqualTo(12);
    assertThat(requests.impatient()).isEqualTo(2);
    List<String> read = requests.lines().lines().toList();
    assertThat(read.get(4)).isEqualTo("{\"requestId\":\"r-4\",\"onUnavailable\":\"fail\"}");
    assertThat(read.get(9)).contains("r-9").contains("\"onUnavailable\":\"fail\"");
    assertThat(read).filteredOn(line -> !line.contains("fail")).isEqualTo(without(lines, 4, 9));
  }

  @Test
  void among_leavesWhatIsNoRequest() {
    ImpatientRequests requests = among("{}\n{}\n{}\n{}\nnot JSON\n1\n2\n3\n4\n[5]");

    assertThat(requests.impatient()).isZero();
    assertThat(requests.lines().lines()).hasSize(10).contains("not JSON", "[5]");
  }

  private static ImpatientRequests among(String text) {
    return ImpatientRequests.among(new BufferedReader(new StringReader(text)));
  }

  private static List<String> without(List<String> lines, int first, int second) {
    return IntStream.range(0, lines.size())
        .filter(i -> i != first && i != second)
        .mapToObj(lines::get)
        .collect(Collectors.toList());
  }
}
