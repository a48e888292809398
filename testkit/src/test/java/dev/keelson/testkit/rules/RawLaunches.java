/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.rules;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** Every way to start a raw process, planted; none of them is run. */
@SuppressWarnings("deprecation")
final class RawLaunches {

  private RawLaunches() {}

  static final class Starts {
    Process go() throws IOException {
      return new ProcessBuilder("true").start();
    }
  }

  static final class StartsByReference {
    Callable<Process> go(ProcessBuilder builder) {
      return builder::start;
    }
  }

  static final class StartsAPipeline {
    List<Process> go() throws IOException {
      return ProcessBuilder.startPipeline(List.of());
    }
  }

  static final class ExecsAString {
    Process go() throws IOException {
      return Runtime.getRuntime().exec("true");
    }
  }

  static final class ExecsAnArray {
    Process go() throws IOException {
      return Runtime.getRuntime().exec(new String[] {"true"}, null, new File("."));
    }
  }
}
