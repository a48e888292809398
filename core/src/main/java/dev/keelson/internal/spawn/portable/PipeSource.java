/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.internal.spawn.WriteEnd;
import java.io.IOException;
import javax.annotation.Nullable;

/**
 * Where the pipes to and from children come from: our own where the system lets us ({@link
 * OwnPipes}), else the JDK's.
 */
interface PipeSource {

  /** A pipe between two children. */
  Link link() throws IOException;

  /** Connects the three streams of one start. */
  Wiring wire();

  /**
   * The streams of one start: connected before it, taken over after it, and dropped if it fails.
   * Used by one thread.
   *
   * <p>The order is: {@link #input} and {@link #output}, the start, and then {@link #started}, the
   * ends and {@link #close}, which drops what only the start needed; or, if any of these failed,
   * {@link #abandon} alone, which drops everything.
   */
  interface Wiring extends AutoCloseable {

    ProcessBuilder.Redirect input(Stdio stdio) throws IOException;

    ProcessBuilder.Redirect output(Stdio stdio, boolean error) throws IOException;

    void started(Process process);

    @Nullable
    WriteEnd stdin();

    @Nullable
    ReadEnd stdout();

    @Nullable
    ReadEnd stderr();

    /** Drops what only the start needed. Idempotent. */
    @Override
    void close();

    /** Drops everything. */
    void abandon();
  }
}
