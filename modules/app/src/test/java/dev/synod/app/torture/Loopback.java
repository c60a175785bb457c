package dev.synod.app.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** All members on 127.0.0.1, where nothing can be cut. */
record Loopback(Path directory) implements Arena {
  @Override
  public String address(int member) {
    return "127.0.0.1";
  }

  @Override
  public boolean keepsPorts() {
    return false;
  }

  @Override
  public List<String> before(int member) {
    return List.of();
  }

  @Override
  public Path disk(int member) {
    return directory.resolve("disk-" + member);
  }

  @Override
  public boolean canCutAndFill() {
    return false;
  }

  @Override
  public void cut(int from, int to) throws IOException {
    throw impossible();
  }

  @Override
  public void mend(int from, int to) throws IOException {
    throw impossible();
  }

  @Override
  public void fill(int member) throws IOException {
    throw impossible();
  }

  @Override
  public void free(int member) throws IOException {
    throw impossible();
  }

  private static IOException impossible() {
    return new IOException("neither links nor disks are ours outside of namespaces");
  }
}
