package dev.synod.app.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Each member in a network namespace of its own, behind a cable to ours, which forwards between
 * them; and on a small file system of its own. A cut is a rule of our routing, so packets vanish
 * silently and in one direction, as in a broken switch.
 *
 * <p>For a process that {@link #command} started: it is alone in namespaces of network, mounts and
 * processes, so nothing of the machine is touched, and the kernel clears all of it away when the
 * process ends, however it ends.
 */
final class Namespaces implements Arena {
  private static final String DISK_SIZE = "4g";

  private final Path directory;

  /** Runs a command in new namespaces, as their first process. */
  static List<String> command(List<String> command) {
    List<String> all = new ArrayList<>(List.of("unshare"));
    if (!"root".equals(System.getProperty("user.name"))) {
      all.addAll(List.of("--user", "--map-root-user"));
    }
    all.addAll(List.of("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"));
    all.addAll(command);
    return all;
  }

  /**
   * Tries all that is needed here.
   *
   * @throws IOException with what this machine does not have or does not allow
   */
  static void probe() throws IOException {
    String trial =
        String.join(
            " && ",
            "PATH=$PATH:/sbin:/usr/sbin",
            "mount -t tmpfs none /run",
            "mount -o remount,size=4k /run",
            "mount -o remount,size=1m /run",
            "ip link set lo up",
            "ip netns add a",
            "ip link add cable type veth peer name eth0 netns a",
            "ip rule add from 10.77.1.2 to 10.77.2.2 blackhole",
            "echo 1 > /proc/sys/net/ipv4/ip_forward",
            "nsenter --net=/run/netns/a true");
    Shell.run(command(List.of("sh", "-c", trial)).toArray(new String[0]));
  }

  Namespaces(Path directory, int members) throws IOException {
    this.directory = directory;
    // Names of namespaces are files there; this one is seen by nobody else.
    Shell.words("mount -t tmpfs none /run");
    ip("link set lo up");
    Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
    for (int i = 0; i < members; i++) {
      String name = "m" + i;
      ip("netns add " + name);
      ip("link add to-" + name + " type veth peer name eth0 netns " + name);
      ip("addr add " + gateway(i) + "/24 dev to-" + name);
      ip("link set to-" + name + " up");
      ip("-n " + name + " link set lo up");
      ip("-n " + name + " addr add " + address(i) + "/24 dev eth0");
      ip("-n " + name + " link set eth0 up");
      ip("-n " + name + " route add default via " + gateway(i));
      Files.createDirectories(disk(i));
      Shell.run("mount", "-t", "tmpfs", "-o", "size=" + DISK_SIZE, "none", disk(i).toString());
    }
  }

  private static void ip(String words) throws IOException {
    Shell.words("ip " + words);
  }

  private static String gateway(int member) {
    return "10.77." + (member + 1) + ".1";
  }

  @Override
  public String address(int member) {
    return "10.77." + (member + 1) + ".2";
  }

  @Override
  public boolean keepsPorts() {
    return true;
  }

  @Override
  public List<String> before(int member) {
    return List.of("nsenter", "--net=/run/netns/m" + member);
  }

  @Override
  public Path disk(int member) {
    return directory.resolve("disk-" + member);
  }

  @Override
  public boolean canCutAndFill() {
    return true;
  }

  @Override
  public void cut(int from, int to) throws IOException {
    ip("rule add from %s to %s blackhole".formatted(address(from), address(to)));
  }

  @Override
  public void mend(int from, int to) throws IOException {
    ip("rule del from %s to %s blackhole".formatted(address(from), address(to)));
  }

  @Override
  public void fill(int member) throws IOException {
    for (int attempt = 0; ; attempt++) {
      long used =
          Files.getFileStore(disk(member)).getTotalSpace()
              - Files.getFileStore(disk(member)).getUnallocatedSpace();
      try {
        // Not less than is used, and that grows while we look.
        resize(member, Math.max(4, used / 1024 + 64) + "k");
        return;
      } catch (IOException grown) {
        if (attempt == 20) {
          throw grown;
        }
      }
    }
  }

  @Override
  public void free(int member) throws IOException {
    resize(member, DISK_SIZE);
  }

  private void resize(int member, String size) throws IOException {
    Shell.run("mount", "-o", "remount,size=" + size, disk(member).toString());
  }
}
