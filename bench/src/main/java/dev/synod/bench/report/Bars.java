package dev.synod.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** Horizontal bars as inline SVG. */
final class Bars {
  private static final int WIDTH = 860;
  private static final int NAMES = 350;
  private static final int FIGURES = 90;
  private static final int ROW = 24;

  /**
   * One bar.
   *
   * @param style a class of the page's style
   * @param figure what is written at its end
   */
  record Bar(String name, double value, String style, String figure) {}

  private Bars() {}

  /** From zero; the longest as wide as there is room. */
  static String of(String title, List<Bar> bars) {
    double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
    return draw(title, bars, value -> value / most, Double.NaN);
  }

  /**
   * By powers of ten around 1, where a line is drawn; from a hundredth to a hundredfold at most.
   */
  static String aroundOne(String title, List<Bar> bars) {
    double far =
        bars.stream().mapToDouble(bar -> Math.abs(Math.log10(bar.value()))).max().orElse(1);
    double reach = Math.max(0.35, Math.min(2, far));
    return draw(
        title,
        bars,
        value -> Math.max(0.004, Math.min(1, 0.5 + Math.log10(value) / reach / 2)),
        0.5);
  }

  private static String draw(String title, List<Bar> bars, DoubleUnaryOperator part, double mark) {
    int room = WIDTH - NAMES - FIGURES;
    int height = bars.size() * ROW + 8;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox='0 0 %d %d' role='img' aria-label='%s'>",
            WIDTH,
            height,
            Plot.escape(title)));
    for (int i = 0; i < bars.size(); i++) {
      int y = i * ROW + 4;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text class='name' text-anchor='end' x='%d' y='%d'>%s</text>"
                  + "<rect class='bar %s' x='%d' y='%d' width='%.1f' height='%d' rx='2'/>",
              NAMES - 8,
              y + 15,
              Plot.escape(bars.get(i).name()),
              bars.get(i).style(),
              NAMES,
              y + 3,
              Math.max(1, part.applyAsDouble(bars.get(i).value()) * room),
              ROW - 8));
    }
    if (!Double.isNaN(mark)) {
      double x = NAMES + mark * room;
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class='mark' x1='%.1f' y1='0' x2='%.1f' y2='%d'/>",
              x,
              x,
              height));
    }
    // Figures last: they must be read where the mark runs through them.
    for (int i = 0; i < bars.size(); i++) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text class='figure' x='%.1f' y='%d'>%s</text>",
              NAMES + Math.max(1, part.applyAsDouble(bars.get(i).value()) * room) + 6,
              i * ROW + 19,
              Plot.escape(bars.get(i).figure())));
    }
    return svg.append("</svg>").toString();
  }
}
