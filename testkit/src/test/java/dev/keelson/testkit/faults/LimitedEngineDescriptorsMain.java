/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.internal.spawn.engines.Engines;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Lets descriptors run out between two steps of an engine. */
final class LimitedEngineDescriptorsMain extends LimitedEngineJvm {

  /** Enough for the JDK, and less than is to be free before it is asked. */
  private static final int FEW = 14;

  private final Deque<FileInputStream> fillers = new ArrayDeque<>();

  private LimitedEngineDescriptorsMain() {}

  public static void main(String[] args) throws Exception {
    new LimitedEngineDescriptorsMain().run();
  }

  @Override
  List<Step> steps() {
    return List.of(
        this::keepsWhatIsInAFinishedPipe, this::asksTheShellForNoSignal, this::startsNoWatchdog);
  }

  private void leaveDescriptors(int free) throws IOException {
    LimitedDescriptors.fill(fillers);
    for (int i = 0; i < free; i++) {
      fillers.pop().close();
    }
  }

  private void giveDescriptorsBack() throws IOException {
    while (!fillers.isEmpty()) {
      fillers.pop().close();
    }
  }

  /** How much is in a pipe is asked by a descriptor. */
  private void keepsWhatIsInAFinishedPipe() throws Exception {
    Spawned child = spawn(fresh(), Stdio.NULL, Stdio.PIPE, "/bin/echo", "last");
    expect("it ends", child.awaitExit(LimitedJvm.LONG));
    leaveDescriptors(0);
    child.stdout().finish();
    giveDescriptorsBack();
    String read = read(child.stdout());
    expect("what was in the pipe is read, and not \"" + read + "\"", read.equals("last\n"));
    child.stdout().close();
  }

  private void asksTheShellForNoSignal() throws Exception {
    Spawned child = sleeper(fresh(), Stdio.NULL);
    leaveDescriptors(FEW);
    String said = "nothing";
    try {
      boolean unused = child.signal(USR1);
    } catch (IOException e) {
      said = e.getMessage();
    }
    giveDescriptorsBack();
    expect("a signal that takes a shell is refused, and not " + said, said.contains("error=24"));
    end(child);
  }

  private void startsNoWatchdog() throws Exception {
    leaveDescriptors(FEW);
    Object entry = Engines.guard().enter("KEELSON_ID=limited-engine");
    giveDescriptorsBack();
    TraitSupport support = Engines.guard().support();
    expect("nobody is guarded", entry == null);
    expect(
        "the guard is absent for want of descriptors: " + support,
        support.level() == TraitSupport.Level.ABSENT && support.reason().contains("error=24"));
    expectNobody("who was to watch");
    Object next = Engines.guard().enter("KEELSON_ID=limited-engine-again");
    expect("the next one is guarded", next != null);
  }
}
