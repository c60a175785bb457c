package dev.synod.simulation.run;

import dev.synod.core.paxos.Acceptor;
import dev.synod.quorum.QuorumSystem;
import dev.synod.simulation.plan.Faults;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.plan.Result;
import dev.synod.simulation.plan.Runner;
import dev.synod.simulation.plan.Step;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.storage.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Loads the protocol, the log and the simulator anew, with one class of them compiled from an
 * edited source. So production has no switch for any mistake, and a mutant is as readable as its
 * diff. Needs a compiler, which a JDK has and a JRE has not.
 */
public final class MutantLoader extends ClassLoader {
  private static final List<String> PACKAGES =
      List.of("dev.synod.core.", "dev.synod.storage.", "dev.synod.simulation.");

  private static final Pattern WHITE = Pattern.compile("\\s+");

  /** What passes between a mutant and the rest of the world, with the classes in it. */
  private static final Set<String> SHARED =
      Set.of(
          Runner.class.getName(),
          Plan.class.getName(),
          Result.class.getName(),
          TraceEvent.class.getName(),
          Step.class.getName(),
          Faults.class.getName());

  private final Map<String, byte[]> edited;

  private MutantLoader(Map<String, byte[]> edited) {
    super(MutantLoader.class.getClassLoader());
    this.edited = edited;
  }

  /** What runs plans with that mistake. */
  public static Runner runner(Mutant mutant) {
    if (mutant.file().isEmpty()) {
      return new Simulation(mutant.label());
    }
    try {
      var constructor =
          new MutantLoader(compile(mutant))
              .loadClass(Simulation.class.getName())
              .getDeclaredConstructor(String.class);
      constructor.setAccessible(true);
      return (Runner) constructor.newInstance(mutant.label());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot load the mutant " + mutant.label(), e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    int nested = name.indexOf('$');
    if (SHARED.contains(nested < 0 ? name : name.substring(0, nested))
        || PACKAGES.stream().noneMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      byte[] bytes = edited.get(name);
      if (bytes == null) {
        bytes = read(name.replace('.', '/') + ".class");
      }
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  private static byte @Nullable [] read(String resource) {
    try (InputStream in = MutantLoader.class.getClassLoader().getResourceAsStream(resource)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + resource, e);
    }
  }

  // ---- the edited class -----------------------------------------------------------------------

  /** The source with the edits in it. */
  public static String source(Mutant mutant) {
    String resource = "mutable/dev/synod/" + mutant.file() + ".java";
    byte[] bytes = read(resource);
    if (bytes == null) {
      throw new IllegalStateException("the sources of " + mutant.file() + " are not packaged");
    }
    String source = new String(bytes, StandardCharsets.UTF_8);
    for (Mutant.Edit edit : mutant.edits()) {
      Matcher matcher = pattern(edit.before()).matcher(source);
      if (!matcher.find()) {
        throw new IllegalStateException(
            "the mutant "
                + mutant.label()
                + " does not fit any more: "
                + mutant.file()
                + " has no '"
                + edit.before()
                + "'");
      }
      int start = matcher.start();
      int end = matcher.end();
      if (matcher.find()) {
        throw new IllegalStateException(
            "the mutant "
                + mutant.label()
                + " is not clear: "
                + mutant.file()
                + " has '"
                + edit.before()
                + "' more than once");
      }
      source = source.substring(0, start) + edit.after() + source.substring(end);
    }
    return source;
  }

  /** The passage, with any white space, or a comment on lines of its own, between its words. */
  private static Pattern pattern(String passage) {
    StringBuilder pattern = new StringBuilder();
    for (String word : WHITE.split(passage.strip(), -1)) {
      if (pattern.length() > 0) {
        pattern.append("(?:\\s|//[^\\n]*\\n)+");
      }
      pattern.append(Pattern.quote(word));
    }
    return Pattern.compile(pattern.toString());
  }

  private static Map<String, byte[]> compile(Mutant mutant) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IllegalStateException(
          "the mutant " + mutant.label() + " has to be compiled: run this with a JDK, not a JRE");
    }
    Map<String, ByteArrayOutputStream> classes = new HashMap<>();
    StringWriter errors = new StringWriter();
    boolean compiled;
    try (StandardJavaFileManager standard =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      compiled =
          compiler
              .getTask(
                  errors,
                  new InMemory(standard, classes),
                  null,
                  List.of("-classpath", classPath(), "-proc:none", "-nowarn"),
                  null,
                  List.of(new Source(mutant)))
              .call();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    if (!compiled) {
      throw new IllegalStateException(
          "the mutant " + mutant.label() + " does not compile:\n" + errors);
    }
    Map<String, byte[]> result = new HashMap<>();
    classes.forEach((name, bytes) -> result.put(name, bytes.toByteArray()));
    return result;
  }

  /** Where the classes were loaded from that a source of ours may need. */
  private static String classPath() {
    Set<String> places = new LinkedHashSet<>();
    for (Class<?> needed :
        List.of(QuorumSystem.class, Acceptor.class, Log.class, Nullable.class, Logger.class)) {
      try {
        places.add(
            Path.of(needed.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    return String.join(File.pathSeparator, places);
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(Mutant mutant) {
      super(URI.create("string:///dev/synod/" + mutant.file() + ".java"), Kind.SOURCE);
      text = source(mutant);
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes;

    InMemory(JavaFileManager standard, Map<String, ByteArrayOutputStream> classes) {
      super(standard);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/')), kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          classes.put(name, bytes);
          return bytes;
        }
      };
    }
  }
}
