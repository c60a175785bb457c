package dev.synod.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** A diagram of lines with two axes, as inline SVG. Colours come from the page's style. */
final class Plot {
  /** Colours there are in the style. */
  static final int COLOURS = 10;

  private static final int WIDTH = 860;
  private static final int HEIGHT = 360;
  private static final int LEFT = 78;
  private static final int TOP = 14;
  private static final int BOTTOM = 46;
  private static final int RIGHT = 28;
  private static final int LEGEND_ROW = 20;

  /** A curve. */
  record Series(String name, List<double[]> points) {}

  /**
   * How figures lie on an axis.
   *
   * @param title with the unit
   * @param place from the figure to the axis; rising
   * @param ticks where lines are drawn, with their labels
   */
  record Axis(String title, DoubleUnaryOperator place, List<Tick> ticks) {
    record Tick(double at, String label) {}

    private double from() {
      return place.applyAsDouble(ticks.get(0).at());
    }

    private double to() {
      return place.applyAsDouble(ticks.get(ticks.size() - 1).at());
    }

    /** Where on the axis, from 0 to 1. */
    double part(double figure) {
      return (place.applyAsDouble(figure) - from()) / (to() - from());
    }

    /** Powers of ten, from below the least to above the greatest. */
    static Axis log(String title, List<Series> series, int coordinate) {
      double least = Math.max(1e-3, least(series, coordinate));
      double most = Math.max(least * 1.01, most(series, coordinate));
      int from = (int) Math.floor(Math.log10(least));
      int to = Math.max(from + 1, (int) Math.ceil(Math.log10(most)));
      List<Tick> ticks = new ArrayList<>();
      boolean few = to - from <= 3;
      for (int exponent = from; exponent <= to; exponent++) {
        double power = Math.pow(10, exponent);
        for (int digit : few ? new int[] {1, 2, 5} : new int[] {1}) {
          if (digit == 1 || exponent < to) {
            ticks.add(new Tick(digit * power, number(digit * power)));
          }
        }
      }
      // No decade of air beside the curves.
      while (ticks.size() > 2 && ticks.get(1).at() <= least) {
        ticks.remove(0);
      }
      while (ticks.size() > 2 && ticks.get(ticks.size() - 2).at() >= most) {
        ticks.remove(ticks.size() - 1);
      }
      return new Axis(title, value -> Math.log10(Math.max(value, 1e-3)), ticks);
    }

    /** Nines: 90 %, 99 %, 99.9 % have the same distance from each other. */
    static Axis percentiles() {
      List<Tick> ticks = new ArrayList<>();
      for (double at : new double[] {0, 50, 90, 99, 99.9, 99.99}) {
        ticks.add(new Tick(at, at == Math.rint(at) ? (int) at + " %" : at + " %"));
      }
      return new Axis("of the operations took at most", at -> -Math.log10(1 - at / 100), ticks);
    }

    /** Whole numbers as they are. */
    static Axis counts(String title, int... values) {
      List<Tick> ticks = new ArrayList<>();
      for (int value : values) {
        ticks.add(new Tick(value, "" + value));
      }
      return new Axis(title, value -> value, ticks);
    }

    private static double least(List<Series> series, int coordinate) {
      return series.stream()
          .flatMap(each -> each.points().stream())
          .mapToDouble(point -> point[coordinate])
          .min()
          .orElse(1);
    }

    private static double most(List<Series> series, int coordinate) {
      return series.stream()
          .flatMap(each -> each.points().stream())
          .mapToDouble(point -> point[coordinate])
          .max()
          .orElse(10);
    }
  }

  private Plot() {}

  /** Draws it; names stand below in the colours of the curves. */
  static String of(String title, Axis across, Axis up, List<Series> series) {
    int plotWidth = WIDTH - LEFT - RIGHT;
    int plotHeight = HEIGHT - TOP - BOTTOM;
    int rows = (series.size() + 1) / 2;
    StringBuilder svg = new StringBuilder();
    svg.append(
        text(
            "<svg viewBox='0 0 %d %d' role='img' aria-label='%s'>",
            WIDTH, HEIGHT + rows * LEGEND_ROW + 4, escape(title)));
    for (Axis.Tick tick : across.ticks()) {
      double x = LEFT + across.part(tick.at()) * plotWidth;
      svg.append(
          text(
              "<line class='grid' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/>",
              x, TOP, x, TOP + plotHeight));
      svg.append(
          text(
              "<text class='tick' text-anchor='middle' x='%.1f' y='%d'>%s</text>",
              x, TOP + plotHeight + 17, tick.label()));
    }
    for (Axis.Tick tick : up.ticks()) {
      double y = TOP + (1 - up.part(tick.at())) * plotHeight;
      svg.append(
          text(
              "<line class='grid' x1='%d' y1='%.1f' x2='%d' y2='%.1f'/>",
              LEFT, y, LEFT + plotWidth, y));
      svg.append(
          text(
              "<text class='tick' text-anchor='end' x='%d' y='%.1f'>%s</text>",
              LEFT - 7, y + 4, tick.label()));
    }
    svg.append(
        text(
            "<text class='axis' text-anchor='middle' x='%d' y='%d'>%s</text>",
            LEFT + plotWidth / 2, HEIGHT - 8, escape(across.title())));
    svg.append(
        text(
            "<text class='axis' text-anchor='middle' transform='translate(14 %d) rotate(-90)'>%s</text>",
            TOP + plotHeight / 2, escape(up.title())));
    for (int i = 0; i < series.size(); i++) {
      int colour = i % COLOURS;
      StringBuilder path = new StringBuilder();
      StringBuilder dots = new StringBuilder();
      for (double[] point : series.get(i).points()) {
        double x = LEFT + clamp(across.part(point[0])) * plotWidth;
        double y = TOP + (1 - clamp(up.part(point[1]))) * plotHeight;
        path.append(text("%s%.1f %.1f", path.isEmpty() ? "M" : " L", x, y));
        dots.append(
            text(
                "<circle class='dot c%d' cx='%.1f' cy='%.1f' r='3'><title>%s: %s, %s</title></circle>",
                colour, x, y, escape(series.get(i).name()), number(point[0]), number(point[1])));
      }
      svg.append(text("<path class='curve c%d' d='%s'/>", colour, path)).append(dots);
      int x = LEFT + i % 2 * (plotWidth / 2);
      int y = HEIGHT + i / 2 * LEGEND_ROW + 14;
      svg.append(
          text(
              "<line class='curve c%d' x1='%d' y1='%d' x2='%d' y2='%d'/>",
              colour, x, y - 4, x + 22, y - 4));
      svg.append(
          text(
              "<text class='legend' x='%d' y='%d'>%s</text>",
              x + 28, y, escape(series.get(i).name())));
    }
    return svg.append("</svg>").toString();
  }

  private static double clamp(double part) {
    return Math.max(0, Math.min(1, part));
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /** Short, for a label: 1.5 M, 20 k, 0.5. */
  static String number(double value) {
    if (value >= 1e6) {
      return trimmed(value / 1e6) + " M";
    }
    return value >= 1e4 ? trimmed(value / 1e3) + " k" : trimmed(value);
  }

  private static String trimmed(double value) {
    String digits = String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
    return digits.contains(".") ? digits.replaceAll("0+$", "").replaceAll("\\.$", "") : digits;
  }

  /** 100 B, 16 KiB. */
  static String bytes(int count) {
    return count % 1024 == 0 ? count / 1024 + " KiB" : count + " B";
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&quot;");
  }
}
