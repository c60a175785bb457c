package dev.synod.bench.report;

import static dev.synod.bench.report.Plot.escape;

import dev.synod.bench.load.ResultLine;
import dev.synod.bench.load.SubjectKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A run as one page, which needs nothing but itself. */
final class Page {
  private final Report report;
  private final StringBuilder html = new StringBuilder();

  private Page(Report report) {
    this.report = report;
  }

  static String of(Report report) {
    return new Page(report).build();
  }

  private String build() {
    html.append("<!doctype html><html lang='en'><head><meta charset='utf-8'>")
        .append("<meta name='viewport' content='width=device-width, initial-scale=1'>")
        .append("<title>Synod: how fast, against what, and why</title><style>")
        .append(style())
        .append("</style></head><body><main><h1>Synod: how fast, against what, and why</h1>");
    paragraph("meta", report.machine().toText());
    if (report.smoke()) {
      paragraph(
          "warning", "A smoke run: it shows that everything works. No figure means anything.");
    }
    goals();
    Diagrams diagrams = new Diagrams(report.lines());
    diagrams.all().forEach(this::figure);
    table("Synod", SubjectKind.OURS);
    table("Floors", SubjectKind.FLOOR);
    table("Peers", SubjectKind.PEER);
    missing();
    table("Parts on their own (JMH)", SubjectKind.PART);
    paragraph(
        "meta",
        "Rates and latencies are the best of the measures; spread is how far the worst rate is below"
            + " the best (of p99 where the rate is given). Latency at a given rate counts from when an"
            + " operation was due. CPU and bytes are those of the whole process for one operation."
            + " MEMORY, for a peer: it does not sync its log.");
    return html.append("</main></body></html>\n").toString();
  }

  private static String style() {
    try (InputStream css = Page.class.getResourceAsStream("report.css")) {
      if (css == null) {
        throw new IllegalStateException("report.css is not in the jar");
      }
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private void paragraph(String style, String text) {
    html.append("<p class='").append(style).append("'>").append(escape(text)).append("</p>");
  }

  private void figure(Diagrams.Diagram diagram) {
    html.append("<section><h2>")
        .append(escape(diagram.title()))
        .append("</h2><p>")
        .append(escape(diagram.explanation()))
        .append("</p><figure>")
        .append(diagram.svg())
        .append("</figure></section>");
  }

  private void goals() {
    List<Goal> goals = report.goals();
    html.append("<section><h2>Goals</h2><div class='wide'><table><thead><tr><th></th><th>Goal</th>")
        .append("<th>Measured</th></tr></thead><tbody>");
    List<Bars.Bar> bars = new ArrayList<>();
    for (Goal goal : goals) {
      String style = goal.met() == null ? "open" : goal.met() ? "good" : "bad";
      html.append("<tr><td><span class='badge ").append(style).append("'>");
      html.append(goal.verdict()).append("</span></td><td>").append(escape(goal.goal()));
      html.append("</td><td>");
      for (Goal.Part part : goal.parts()) {
        String each = part.isMet() ? "good" : "bad";
        html.append("<div><b class='").append(each).append("-text'>");
        html.append(number("%.2f", part.ratio())).append(" ×</b> ").append(escape(part.what()));
        html.append(" <span class='meta'>goal ").append(part.atMost() ? "≤ " : "≥ ");
        html.append(number("%.1f", part.limit())).append("</span></div>");
        bars.add(
            new Bars.Bar(
                shortened(goal.id() + ": " + part.what()),
                part.reached(),
                each,
                number("%.2f", part.reached())));
      }
      if (!goal.why().isEmpty()) {
        html.append("<div class='meta'>").append(escape(goal.why())).append("</div>");
      }
      html.append("</td></tr>");
    }
    html.append("</tbody></table></div></section>");
    if (!bars.isEmpty()) {
      figure(
          new Diagrams.Diagram(
              "How near each goal is",
              "1.00, at the line, is just met; a bar beyond it is better than asked. The scale is"
                  + " logarithmic.",
              Bars.aroundOne("How near each goal is", bars)));
    }
  }

  private static String shortened(String text) {
    return text.length() <= 52 ? text : text.substring(0, 51) + "…";
  }

  private void table(String title, SubjectKind kind) {
    List<ResultLine> lines = report.lines().stream().filter(line -> line.kind() == kind).toList();
    if (lines.isEmpty()) {
      return;
    }
    html.append("<section><h2>")
        .append(escape(title))
        .append("</h2><div class='wide'><table class='lines'>");
    html.append("<thead><tr><th>What</th><th>Disk</th><th>Members</th><th>Operation</th>");
    html.append("<th>Value</th><th>Load</th><th class='n'>per s</th><th class='n'>p50 µs</th>");
    html.append("<th class='n'>p99 µs</th><th class='n'>p99.9 µs</th><th class='n'>spread</th>");
    html.append("<th class='n'>CPU µs</th><th class='n'>bytes</th></tr></thead><tbody>");
    lines.forEach(this::row);
    html.append("</tbody></table></div></section>");
  }

  private void row(ResultLine line) {
    html.append("<tr>");
    cell(line.setting().isEmpty() ? line.system() : line.system() + ", " + line.setting());
    cell(line.durability().isEmpty() ? "–" : line.durability());
    cell("" + line.members());
    cell(line.operation());
    cell(line.valueBytes() == 0 ? "–" : Plot.bytes(line.valueBytes()));
    cell(line.kind() == SubjectKind.PART ? "–" : line.load().label());
    if (line.isMeasured()) {
      figure("%,.0f", line.perSecond());
      figure("%,.1f", line.p50());
      figure("%,.1f", line.p99());
      figure("%,.1f", line.best().p999());
      figure("%.0f %%", 100 * line.spread());
      figure("%.2f", line.best().cpu());
      figure("%,.0f", line.best().bytes());
    } else {
      html.append("<td colspan='7' class='bad-text'>").append(escape(line.note())).append("</td>");
    }
    html.append("</tr>");
  }

  private void cell(String text) {
    html.append("<td>").append(escape(text)).append("</td>");
  }

  private void figure(String format, double value) {
    String text = value == 0 ? "–" : number(format, value);
    html.append("<td class='n'>").append(text).append("</td>");
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private void missing() {
    report
        .missing()
        .forEach((peer, why) -> paragraph("warning", peer + " was not measured: " + why));
  }
}
