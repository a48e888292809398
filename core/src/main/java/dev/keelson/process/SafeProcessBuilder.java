/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.EnvironmentEdits;
import dev.keelson.internal.spawn.SpawnEngine;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * {@link java.lang.ProcessBuilder}, without the hazards that lie on this side of the pipes. Replace
 * the type's name and nothing else:
 *
 * <pre>{@code
 * Process p = new SafeProcessBuilder("ls", "-l").directory(dir).redirectErrorStream(true).start();
 * try (BufferedReader out = p.inputReader()) {
 *   out.lines().forEach(System.out::println);
 * }
 * int code = p.waitFor();
 * }</pre>
 *
 * <p>Every public method of {@code ProcessBuilder} is here, with the same attributes, defaults,
 * checks, messages and return conventions; redirects are {@link java.lang.ProcessBuilder.Redirect}.
 * A builder can start any number of processes, each with the attributes of that moment. By default
 * the child's three streams are pipes, its environment and working directory are those of this
 * process, and no timeout, no capture and no teardown are added: for those use {@link Command}.
 *
 * <p><b>What is different about the process.</b>
 *
 * <ul>
 *   <li>The end of its output is certain. Everything that the process itself wrote before it exited
 *       can be read, and then comes the end of file, whoever still holds the pipe. What a
 *       grandchild writes later is not seen, and the grandchild meets a closed pipe; with the JDK
 *       that depends on whether a reader happens to be waiting at that moment.
 *   <li>{@code close()} of an output stream wakes a thread that waits in it, which gets "Stream
 *       closed". No thread stays in a read because of a grandchild, and the JDK's reaper thread is
 *       never blocked.
 *   <li>{@code close()} of the input stream does not wait for ever for a child that does not read.
 *       It waits for two seconds; after that the rest of the buffer is delivered in the background,
 *       as long as the child lives. {@code destroy()} does not wait for it at all. The JDK waits in
 *       both.
 *   <li>When the process has exited, a thread that still writes to it gets an exception at once.
 *   <li>Once {@code waitFor}, {@code isAlive}, {@code exitValue} or {@code onExit} have told of the
 *       exit, {@code available()} is exact. {@code onExit} is completed on a thread of Keelson's,
 *       also while the common pool is busy.
 *   <li>A refused start is repeated for about a second where the program's file is still open for
 *       writing elsewhere (ETXTBSY).
 *   <li>{@link #startPipeline} checks the redirects of all builders before it starts the first, and
 *       leaves them as they were.
 *   <li>Where standard error is merged and redirected to a file as well, that file is created
 *       before the other files are opened.
 * </ul>
 *
 * <p><b>What stays as it is.</b> A pipe nobody reads fills up and blocks the child, and one the
 * child does not read blocks its writer: reading one stream to the end before the other can
 * deadlock just as it does with the JDK, and {@link Command} is the cure. A read does not react to
 * an interrupt. {@code destroy} closes the streams. A signal's number is reported as {@code 128 +
 * n}.
 *
 * <p><b>Thread safety.</b> A builder is not safe for use by multiple threads without
 * synchronization by its users. The processes it starts are.
 *
 * <p>Memory consistency effects: actions in a thread before it calls {@link #start}
 * <i>happen-before</i> everything Keelson does for that process; and what was observed of its exit
 * <i>happens-before</i> a successful return from the process's {@code waitFor} and the completion
 * of its {@code onExit}.
 *
 * <p><b>Resources.</b> A process holds one descriptor for each of its streams that is a pipe, until
 * the stream is closed or the process has exited; they are given back even if nobody reads, waits
 * or keeps a reference. A process that was dropped while it runs is reaped when it exits, and until
 * then neither it nor its descriptors are reclaimed by the garbage collector. It is not ended when
 * this JVM ends.
 *
 * <p><b>Limitations.</b> Where the engine's {@link Guarantee#WAKEABLE_STREAMS} is weaker, a thread
 * of Keelson's, not the reader, stays parked until a grandchild lets go, and what of the output is
 * still on its way at the exit may be cut. If {@link #environment} was called and nothing was
 * changed, the child gets this process's environment as the system holds it, with entries that the
 * map cannot show.
 */
public final class SafeProcessBuilder {

  /** Holds the attributes, and checks them as it always did. Never started. */
  private final ProcessBuilder attributes;

  /** Whether anybody was given the map: only then can it differ from this process's environment. */
  private boolean environmentUsed;

  private @Nullable SpawnEngine engine;

  /**
   * A builder for a program and its arguments. The list is <i>not</i> copied: later changes to it
   * are changes of the command.
   *
   * @throws NullPointerException if the list is null
   */
  public SafeProcessBuilder(List<String> command) {
    attributes = new ProcessBuilder(command);
  }

  /**
   * A builder for a program and its arguments. Whether they name something that can be run is not
   * looked at before {@link #start}.
   *
   * @throws NullPointerException if the array is null
   */
  public SafeProcessBuilder(String... command) {
    attributes = new ProcessBuilder(command);
  }

  /**
   * A builder with the attributes that {@code builder} has now: command, environment, directory and
   * redirects. They are copied, the command too: later changes to one of the two builders do not
   * reach the other.
   *
   * @throws NullPointerException if {@code builder} is null
   */
  public static SafeProcessBuilder from(ProcessBuilder builder) {
    SafeProcessBuilder copy = new SafeProcessBuilder(new ArrayList<>(builder.command()));
    EnvironmentEdits edits = DropInEnvironment.edits(builder.environment());
    if (!edits.isNone()) {
      edits.applyTo(copy.environment());
    }
    copy.attributes.directory(builder.directory());
    copy.attributes.redirectInput(builder.redirectInput());
    copy.attributes.redirectOutput(builder.redirectOutput());
    copy.attributes.redirectError(builder.redirectError());
    copy.attributes.redirectErrorStream(builder.redirectErrorStream());
    return copy;
  }

  /**
   * Sets by which launcher's engine processes are started; {@link Launcher#system} unless set.
   * Nothing else of the launcher applies: no limit, timeout, listener or orphan guard, and closing
   * it does not end the processes.
   *
   * @return this builder
   * @throws NullPointerException if {@code launcher} is null
   */
  public SafeProcessBuilder launcher(Launcher launcher) {
    return engine(DefaultLauncher.engineOf(requireNonNull(launcher, "launcher")));
  }

  SafeProcessBuilder engine(SpawnEngine engine) {
    this.engine = engine;
    return this;
  }

  /**
   * Sets the program and its arguments. The list is <i>not</i> copied.
   *
   * @return this builder
   * @throws NullPointerException if the list is null
   */
  public SafeProcessBuilder command(List<String> command) {
    attributes.command(command);
    return this;
  }

  /**
   * Sets the program and its arguments.
   *
   * @return this builder
   * @throws NullPointerException if the array is null
   */
  public SafeProcessBuilder command(String... command) {
    attributes.command(command);
    return this;
  }

  /** The program and its arguments: the list itself, and no copy. */
  public List<String> command() {
    return attributes.command();
  }

  /**
   * The environment of the processes to come: at first a copy of this process's, to be changed in
   * place. The map refuses what the system cannot hold: null with a {@code NullPointerException},
   * what is no string with a {@code ClassCastException}, an equals sign in a name or a null
   * character with an {@code IllegalArgumentException}.
   *
   * @return the map itself, the same one each time
   */
  public Map<String, String> environment() {
    environmentUsed = true;
    return attributes.environment();
  }

  /** The working directory, or null for that of this process. */
  public @Nullable File directory() {
    return attributes.directory();
  }

  /**
   * Sets the working directory; null for that of this process. Whether it exists is not looked at
   * before {@link #start}.
   *
   * @return this builder
   */
  public SafeProcessBuilder directory(@Nullable File directory) {
    attributes.directory(directory);
    return this;
  }

  /**
   * Sets where standard input comes from: {@code PIPE} (the default), {@code INHERIT}, or a file to
   * read.
   *
   * @return this builder
   * @throws IllegalArgumentException if {@code source} is one to write to
   * @throws NullPointerException if {@code source} is null
   */
  public SafeProcessBuilder redirectInput(Redirect source) {
    attributes.redirectInput(source);
    return this;
  }

  /**
   * Sets where standard output goes: {@code PIPE} (the default), {@code INHERIT}, {@code DISCARD},
   * or a file to write or append to.
   *
   * @return this builder
   * @throws IllegalArgumentException if {@code destination} is one to read from
   * @throws NullPointerException if {@code destination} is null
   */
  public SafeProcessBuilder redirectOutput(Redirect destination) {
    attributes.redirectOutput(destination);
    return this;
  }

  /**
   * Sets where standard error goes: {@code PIPE} (the default), {@code INHERIT}, {@code DISCARD},
   * or a file to write or append to. With {@link #redirectErrorStream(boolean)} such a file is
   * created or truncated, and nothing is written to it.
   *
   * @return this builder
   * @throws IllegalArgumentException if {@code destination} is one to read from
   * @throws NullPointerException if {@code destination} is null
   */
  public SafeProcessBuilder redirectError(Redirect destination) {
    attributes.redirectError(destination);
    return this;
  }

  /**
   * Sets a file as standard input: {@code redirectInput(Redirect.from(file))}.
   *
   * @return this builder
   * @throws NullPointerException if {@code file} is null
   */
  public SafeProcessBuilder redirectInput(File file) {
    attributes.redirectInput(file);
    return this;
  }

  /**
   * Sets a file as standard output, to be truncated: {@code redirectOutput(Redirect.to(file))}.
   *
   * @return this builder
   * @throws NullPointerException if {@code file} is null
   */
  public SafeProcessBuilder redirectOutput(File file) {
    attributes.redirectOutput(file);
    return this;
  }

  /**
   * Sets a file as standard error, to be truncated: {@code redirectError(Redirect.to(file))}.
   *
   * @return this builder
   * @throws NullPointerException if {@code file} is null
   */
  public SafeProcessBuilder redirectError(File file) {
    attributes.redirectError(file);
    return this;
  }

  /** Where standard input comes from. */
  public Redirect redirectInput() {
    return attributes.redirectInput();
  }

  /** Where standard output goes. */
  public Redirect redirectOutput() {
    return attributes.redirectOutput();
  }

  /** Where standard error goes, unless it is merged into standard output. */
  public Redirect redirectError() {
    return attributes.redirectError();
  }

  /**
   * Makes all three streams those of this process.
   *
   * @return this builder
   */
  public SafeProcessBuilder inheritIO() {
    attributes.inheritIO();
    return this;
  }

  /** Whether standard error is merged into standard output; false at first. */
  public boolean redirectErrorStream() {
    return attributes.redirectErrorStream();
  }

  /**
   * Sets whether standard error is merged into standard output. If so, the process's error stream
   * is always at its end.
   *
   * @return this builder
   */
  public SafeProcessBuilder redirectErrorStream(boolean redirectErrorStream) {
    attributes.redirectErrorStream(redirectErrorStream);
    return this;
  }

  /**
   * Starts a process with the attributes of this moment. A failed start leaves nothing behind,
   * except for redirect files that were created or truncated before it failed.
   *
   * @return the process; see the class's description for what is different about it
   * @throws NullPointerException if a word of the command is null
   * @throws IndexOutOfBoundsException if the command is empty
   * @throws UnsupportedOperationException if the system cannot create processes, or {@code
   *     keelson.engine} forces an engine that cannot run here
   * @throws IOException if a word of the command has a null character, a redirect file cannot be
   *     opened, or the system refuses; the message is the JDK's, and the cause says more
   */
  public Process start() throws IOException {
    DropInLaunch launch = launch();
    return launch.start(engineToUse(), launch.stdin(), launch.stdout());
  }

  /**
   * Starts several processes, the output of each being the input of the next. What connects them is
   * one pipe of the system's: no thread copies, and the streams on its two sides are null streams
   * here. All builders keep their redirects and can be used again.
   *
   * @param builders one for each process; their launchers must have the same engine
   * @return the processes in order, also an empty list for an empty list
   * @throws IllegalArgumentException if an input other than the first, or an output other than the
   *     last, is not {@code PIPE}, or the launchers differ; then nothing was started
   * @throws NullPointerException if {@code builders}, one of them, or a word of a command is null
   * @throws IndexOutOfBoundsException if a command is empty
   * @throws UnsupportedOperationException as for {@link #start}
   * @throws IOException as for {@link #start}; the processes that had been started are killed and
   *     reaped first
   */
  public static List<Process> startPipeline(List<SafeProcessBuilder> builders) throws IOException {
    List<SafeProcessBuilder> stages = new ArrayList<>(builders);
    List<DropInLaunch> launches = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      SafeProcessBuilder stage = stages.get(i);
      if (i > 0 && stage.redirectInput().type() != Redirect.Type.PIPE) {
        throw new IllegalArgumentException(
            "builder redirectInput() must be PIPE except for the first builder: "
                + stage.redirectInput());
      }
      if (i < stages.size() - 1 && stage.redirectOutput().type() != Redirect.Type.PIPE) {
        throw new IllegalArgumentException(
            "builder redirectOutput() must be PIPE except for the last builder: "
                + stage.redirectOutput());
      }
      if (!stage.engineToUse().equals(stages.get(0).engineToUse())) {
        throw new IllegalArgumentException(
            "builder "
                + i
                + " has a launcher with another engine than the first; give all of them the same");
      }
      launches.add(stage.launch());
    }
    return stages.isEmpty()
        ? new ArrayList<>()
        : new DropInPipeline(stages.get(0).engineToUse(), launches).start();
  }

  private DropInLaunch launch() {
    return new DropInLaunch(attributes, environmentUsed);
  }

  private SpawnEngine engineToUse() {
    return engine == null ? DefaultLauncher.engineOf(Launcher.system()) : engine;
  }
}
