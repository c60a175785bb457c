package dev.synod.bench.load;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The result of one load: one line of the report.
 *
 * @param measures one after the other; empty if it failed
 * @param note why it failed, or what else must be known; may be empty
 */
@JsonIgnoreProperties(ignoreUnknown = true) // the id, which is written for readers
public record ResultLine(
    SubjectKind kind,
    String system,
    String setting,
    String durability,
    int members,
    String operation,
    int valueBytes,
    Load load,
    List<Measure> measures,
    String note) {
  public ResultLine {
    measures = List.copyOf(measures);
  }

  public static ResultLine of(Scenario scenario, Step step, List<Measure> measures, String note) {
    return new ResultLine(
        scenario.kind(),
        scenario.system(),
        scenario.setting(),
        scenario.durability(),
        scenario.members(),
        step.operation(),
        step.valueBytes(),
        step.load(),
        measures,
        note);
  }

  /** The same in every run, and different from every other line. */
  @JsonProperty(value = "id", access = JsonProperty.Access.READ_ONLY)
  public String id() {
    return String.join(
        " · ",
        setting.isEmpty() ? system : system + " (" + setting + ")",
        durability.isEmpty() ? "-" : durability,
        members + " m",
        operation,
        valueBytes + " B",
        load.label());
  }

  @JsonIgnore
  public boolean isMeasured() {
    return !measures.isEmpty();
  }

  ResultLine with(String other) {
    return new ResultLine(
        kind, system, setting, durability, members, operation, valueBytes, load, measures, other);
  }

  /** Whether as much ended as began, in an open loop; a closed one waits for itself. */
  @JsonIgnore
  public boolean isKeptUp() {
    return isMeasured() && (!load.isOpen() || best().perSecond() >= 0.95 * load.perSecond());
  }

  /** The best rate. */
  @JsonIgnore
  public double perSecond() {
    return measures.stream().mapToDouble(Measure::perSecond).max().orElse(Double.NaN);
  }

  /** The best median, in microseconds. */
  @JsonIgnore
  public double p50() {
    return least(Measure::p50);
  }

  /** The best 99th percentile, in microseconds. */
  @JsonIgnore
  public double p99() {
    return least(Measure::p99);
  }

  /** The least of a figure. */
  public double least(ToDoubleFunction<Measure> figure) {
    return measures.stream().mapToDouble(figure).min().orElse(Double.NaN);
  }

  /** The measure with the best rate, or in an open loop the best 99th percentile. */
  @JsonIgnore
  public Measure best() {
    Comparator<Measure> order =
        load.isOpen()
            ? Comparator.comparingDouble(Measure::p99)
            : Comparator.comparingDouble(Measure::perSecond).reversed();
    return measures.stream().min(order).orElseThrow();
  }

  /** How far the worst rate is below the best, as a part of the best; of p99 in an open loop. */
  @JsonIgnore
  public double spread() {
    double most = measures.stream().mapToDouble(this::figure).max().orElse(Double.NaN);
    double least = measures.stream().mapToDouble(this::figure).min().orElse(Double.NaN);
    return most == 0 ? 0 : (most - least) / most;
  }

  private double figure(Measure measure) {
    return load.isOpen() ? measure.p99() : measure.perSecond();
  }
}
