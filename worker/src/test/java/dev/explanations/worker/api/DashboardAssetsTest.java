package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.http.JsonBodies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DashboardAssetsTest {
  private static final Path DIRECTORY = Path.of("src/main/resources/dashboard");
  private static final Pattern HTML_REFERENCE = Pattern.compile("(?:href|src)=\"(assets/[^\"]*)\"");
  private static final Pattern IMPORT = Pattern.compile("from '\\./([^']*)'");

  @AutoClose
  private final OpsServer server =
      TestServers.of("127.0.0.1", null, new MemoryBreakers("google_ai"));

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  private RawHttp.Answer call(String request, String... headers) throws IOException {
    return TestServers.call(
        server, request, Stream.concat(Stream.of("Host: localhost"), Stream.of(headers)).toList());
  }

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  private static String read(String file) throws IOException {
    return Files.readString(DIRECTORY.resolve(file));
  }

  private static List<String> find(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult it) -> it.group(1)).toList();
  }

  @Test
  void page_isServedWithItsPolicy_andNeverStored() throws IOException {
    RawHttp.Answer page = call("GET /");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
    assertThat(page.header("Cache-Control")).isEqualTo("no-store");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors")
        .doesNotContain("unsafe");
    assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(page.body()).isEqualTo(read("index.html"));
  }

  @ParameterizedTest
  @CsvSource({
    "app.js, text/javascript;charset=utf-8",
    "base.css, text/css;charset=utf-8",
    "icon.svg, image/svg+xml"
  })
  void asset_hasItsTypeAndTag(String file, String type) throws IOException {
    RawHttp.Answer asset = call("GET /assets/" + file);

    assertThat(asset.status()).isEqualTo(200);
    assertThat(asset.header("Content-Type")).isEqualTo(type);
    assertThat(asset.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(asset.body()).isEqualTo(read(file));
    RawHttp.Answer again = call("GET /assets/" + file, "If-None-Match: " + asset.header("ETag"));
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(call("GET /assets/" + file, "If-None-Match: W/\"other\"").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/assets/app.js"})
  void head_isAnsweredWithoutABody(String path) throws IOException {
    RawHttp.Answer head = call("HEAD " + path);

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets",
        "/assets/",
        "/assets/nothing.js",
        "/assets/index.html",
        "/assets/..%2flogback.xml",
        "/assets/%2e%2e%2flogback.xml",
        "/assets/../logback.xml",
        "/assets/..%5clogback.xml",
        "/assets/app.js%00.css",
        "/assets/APP.JS",
        "/assets/x/app.js"
      })
  void whatIsNoAsset_isNotServed(String path) throws IOException {
    RawHttp.Answer answer = call("GET " + path);

    assertThat(answer.status()).isIn(400, 404);
    assertThat(answer.header("Content-Type")).isEqualTo(JsonBodies.PROBLEM);
  }

  @Test
  void references_leadToFilesThatExist_andEveryFileIsReferred() throws IOException {
    List<String> files = files();
    List<String> named =
        Stream.concat(
                find(HTML_REFERENCE, read("index.html")).stream()
                    .map(it -> it.replace("assets/", "")),
                files.stream().filter(it -> it.endsWith(".js")).flatMap(this::imports))
            .distinct()
            .sorted()
            .toList();

    assertThat(named).isEqualTo(files.stream().filter(it -> !it.equals("index.html")).toList());
    for (String file : named) {
      assertThat(call("GET /assets/" + file).status()).as(file).isEqualTo(200);
    }
  }

  private Stream<String> imports(String file) {
    try {
      return find(IMPORT, read(file)).stream();
    } catch (IOException e) {
      throw new AssertionError(file, e);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void file_needsNobodyElse_andMakesNoMarkupOfText(String file) throws IOException {
    String text = read(file);

    assertThat(text.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContainPattern("(?i)https?:|[\"'(]//|url\\((?!#)|@import|data:");
    assertThat(text)
        .doesNotContain(
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(")
        .doesNotContain("createContextualFragment", "new Function", "localStorage", "cookie");
    assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(file)).isTrue();
  }

  @Test
  void page_hasNothingThatItsPolicyForbids() throws IOException {
    assertThat(read("index.html"))
        .doesNotContainPattern("(?i)<style|\\sstyle=|\\son\\w+=|javascript:|<base|<iframe")
        .doesNotContainPattern("<script(?![^>]*\\ssrc=\"assets/)");
  }

  @Test
  void redrive_offersEveryReason() throws IOException {
    String reasons =
        find(Pattern.compile("(?s)REASONS = \\[(.*?)]"), read("redrive.js")).getFirst();

    assertThat(find(Pattern.compile("'(\\w+)'"), reasons))
        .containsExactlyElementsOf(Stream.of(ErrorCode.values()).map(ErrorCode::wireName).toList());
  }

  @Test
  void page_hasLandmarksAndNames() throws IOException {
    String page = read("index.html");

    assertThat(page)
        .contains("<html lang=\"en\">", "<header", "<main id=\"main\"", "<nav aria-label=", "<h1>")
        .contains("name=\"viewport\"", "class=\"skip\" href=\"#main\"", "aria-live=\"polite\"");
    assertThat(find(Pattern.compile("<section ([^>]*)>"), page))
        .isNotEmpty()
        .allMatch(it -> it.contains("aria-label"));
    for (String id : find(Pattern.compile("aria-labelledby=\"([^\"]*)\""), page)) {
      assertThat(page).contains("id=\"" + id + "\"");
    }
    assertThat(find(Pattern.compile("<img ([^>]*)>"), page)).allMatch(it -> it.contains("alt="));
  }
}
