/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What one run of a scenario works with: builders of one flavour and a directory of its own.
 * Closing it kills whatever is left of the processes it started, by pid.
 */
final class Subject implements AutoCloseable {

  final Flavour flavour;
  final Path dir;
  private final Map<AnyBuilder, Object> targets = new IdentityHashMap<>();
  private final List<Process> started = new ArrayList<>();
  private final List<ProcInfo> noted = new ArrayList<>();

  Subject(Flavour flavour) throws IOException {
    this.flavour = flavour;
    dir = Files.createTempDirectory("dropin");
  }

  AnyBuilder of(String... command) {
    return wrap(flavour.builder(command));
  }

  AnyBuilder of(List<String> command) {
    return wrap(flavour.builder(command));
  }

  /** A program of the shell; {@code $1} and so on are the arguments. */
  AnyBuilder sh(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
    command.addAll(List.of(arguments));
    return of(command);
  }

  List<Process> pipeline(List<AnyBuilder> builders) throws IOException {
    List<Object> unwrapped = null;
    if (builders != null) {
      unwrapped = new ArrayList<>();
      for (AnyBuilder builder : builders) {
        unwrapped.add(builder == null ? null : targets.get(builder));
      }
    }
    List<Process> processes = flavour.startPipeline(unwrapped);
    started.addAll(processes);
    return processes;
  }

  Path file(String name) {
    return dir.resolve(name);
  }

  Path file(String name, String content) throws IOException {
    return Files.writeString(file(name), content);
  }

  /** Remembers a grandchild, to be killed in the end. */
  ProcInfo note(long pid) {
    ProcInfo info = Procs.find(pid).orElseThrow();
    noted.add(info);
    return info;
  }

  /** Runs something beside the scenario. */
  void thread(Runnable body) {
    Thread thread = new Thread(body, "beside");
    thread.setDaemon(true);
    thread.start();
  }

  private AnyBuilder wrap(Object target) {
    AnyBuilder builder =
        (AnyBuilder)
            Proxy.newProxyInstance(
                AnyBuilder.class.getClassLoader(),
                new Class<?>[] {AnyBuilder.class},
                (proxy, method, arguments) -> {
                  if (method.getDeclaringClass() == Object.class) {
                    return method.invoke(target, arguments);
                  }
                  try {
                    Object result =
                        target
                            .getClass()
                            .getMethod(method.getName(), method.getParameterTypes())
                            .invoke(target, arguments);
                    if (result instanceof Process process) {
                      started.add(process);
                    }
                    return result == target ? proxy : result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    targets.put(builder, target);
    return builder;
  }

  /** Everything a process prints to the end, and how it ends. */
  static String run(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    String out = text(process.getInputStream());
    String err = text(process.getErrorStream());
    return "out=" + out + " err=" + err + " exit=" + process.waitFor();
  }

  static String text(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws Exception {
    for (Process process : started) {
      for (ProcInfo descendant : Procs.descendants(process.pid())) {
        Procs.kill(descendant);
      }
    }
    for (ProcInfo grandchild : noted) {
      Procs.kill(grandchild);
    }
    for (Process process : started) {
      process.destroyForcibly();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("killed and still there: " + process);
      }
    }
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
