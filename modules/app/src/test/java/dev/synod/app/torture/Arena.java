package dev.synod.app.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where the members live: their addresses, the links between them, their disks. */
interface Arena {
  /** The address that a member listens on. */
  String address(int member);

  /** Whether members have addresses of their own, so that the ports of their files may stay. */
  boolean keepsPorts();

  /** What a member's command starts with, so that it runs where its address is. */
  List<String> before(int member);

  /** Where a member keeps its data. */
  Path disk(int member);

  /** Whether links can be cut and disks be filled. */
  boolean canCutAndFill();

  /** From now on nothing that {@code from} sends reaches {@code to}. */
  void cut(int from, int to) throws IOException;

  /** Undoes one {@link #cut}. */
  void mend(int from, int to) throws IOException;

  /** From now on a member's disk has no room for another file. */
  void fill(int member) throws IOException;

  /** Undoes {@link #fill}. */
  void free(int member) throws IOException;
}
