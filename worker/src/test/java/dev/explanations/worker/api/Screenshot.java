package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures of the page for the documents. */
final class Screenshot {
  private static final Path TAKEN = Path.of("target");
  private static final Path SHOWN = Path.of("..", "docs", "images");
  private static final int MAX_BYTES = 200_000;

  private Screenshot() {}

  /**
   * Takes a picture into {@code target}, and with {@code -Dscreenshots.write=true} also into {@code
   * docs/images}. Checks both.
   *
   * @param scheme light or dark
   * @return the colour of the page, which both pictures have in their corner
   */
  static Color take(Chromium browser, String scheme, String name, int width, int height)
      throws IOException {
    browser.prefer("prefers-color-scheme", scheme);
    Path taken = Files.write(TAKEN.resolve(name), browser.screenshot());
    Path shown = SHOWN.resolve(name);
    if (Boolean.getBoolean("screenshots.write")) {
      Files.copy(taken, shown, StandardCopyOption.REPLACE_EXISTING);
    }
    Color page = colourOfThePage(browser);
    for (Path file : List.of(taken, shown)) {
      BufferedImage image = ImageIO.read(file.toFile());
      assertThat(image).as("%s is a picture", file).isNotNull();
      assertThat(List.of(image.getWidth(), image.getHeight()))
          .as("%s; to take it anew: -Dscreenshots.write=true", file)
          .containsExactly(width, height);
      assertThat(new Color(image.getRGB(0, 0))).as("%s", file).isEqualTo(page);
      assertThat(Files.size(file)).as("%s", file).isLessThan(MAX_BYTES);
    }
    return page;
  }

  /** As {@code rgb(1, 2, 3)}. */
  private static Color colourOfThePage(Chromium browser) {
    String rgb = browser.evaluate("getComputedStyle(document.body).backgroundColor");
    String[] parts = rgb.replaceAll("[^0-9,]", "").split(",", -1);
    return new Color(
        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }
}
