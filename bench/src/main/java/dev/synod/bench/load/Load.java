package dev.synod.bench.load;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Locale;

/**
 * How operations begin: a closed loop keeps so many under way, an open one begins them at a fixed
 * rate whatever becomes of them.
 *
 * @param outstanding operations under way at once; 0 in an open loop
 * @param perSecond operations begun in a second; 0 in a closed loop
 */
public record Load(int outstanding, int perSecond) {
  public Load {
    if ((outstanding > 0) == (perSecond > 0)) {
      throw new IllegalArgumentException(
          "a load is closed or open, not " + outstanding + " and " + perSecond);
    }
  }

  public static Load closed(int outstanding) {
    return new Load(outstanding, 0);
  }

  public static Load open(int perSecond) {
    return new Load(0, perSecond);
  }

  @JsonIgnore
  public boolean isOpen() {
    return perSecond > 0;
  }

  /** For a reader: {@code 64 outstanding}, {@code 10,000/s offered}. */
  public String label() {
    return isOpen()
        ? String.format(Locale.ROOT, "%,d/s offered", perSecond)
        : String.format(Locale.ROOT, "%,d outstanding", outstanding);
  }
}
