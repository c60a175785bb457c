package dev.synod.simulation.world;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * An event of a run.
 *
 * @param micros of virtual time since its beginning
 * @param from member of the event, or sender of the message; empty if there is none
 * @param to receiver of the message; empty if the event is no message
 * @param text the message, or what happened in words
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TraceEvent(long micros, Kind kind, String from, String to, String text) {
  /** What kind of thing. */
  public enum Kind {
    /** A message arrives. */
    @JsonProperty("message")
    MESSAGE,
    /** A message does not. */
    @JsonProperty("lost")
    LOST,
    /** A member starts, with what its disk held. */
    @JsonProperty("start")
    START,
    /** A member loses its memory. */
    @JsonProperty("crash")
    CRASH,
    /** A member stands still for a while. */
    @JsonProperty("pause")
    PAUSE,
    /** A disk is full, fails, rots or is wiped. */
    @JsonProperty("disk")
    DISK,
    /** A member becomes a candidate although a leader exists. */
    @JsonProperty("candidate")
    CANDIDATE,
    /** Other members or quorums are asked for, or a member has left. */
    @JsonProperty("change")
    CHANGE,
    /** Links are cut. */
    @JsonProperty("cut")
    CUT,
    /** Links are mended. */
    @JsonProperty("mended")
    MENDED,
    /** No more faults from now on. */
    @JsonProperty("calm")
    CALM,
    /** What must never happen. */
    @JsonProperty("violation")
    VIOLATION
  }

  /** Returns the event as a line of a trace. */
  @Override
  public String toString() {
    String what =
        switch (kind) {
          case MESSAGE -> from + " > " + to + "  " + text;
          case LOST -> from + " > " + to + "  lost: " + text;
          case VIOLATION -> "VIOLATION: " + text;
          default -> from.isEmpty() ? text : from + " " + text;
        };
    return String.format(Locale.ROOT, "%10.3f ms  %s", micros / 1_000.0, what);
  }
}
