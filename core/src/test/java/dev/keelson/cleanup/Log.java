/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What this package logs while it is open, and nobody else gets to see. */
final class Log extends Handler implements AutoCloseable {

  private final Logger logger = Logger.getLogger(Log.class.getPackageName());
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  Log() {
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  /** Whether something was logged that contains the text. */
  boolean says(String text) {
    return records.stream().anyMatch(line -> line.getMessage().contains(text));
  }

  long count(String text) {
    return records.stream().filter(line -> line.getMessage().contains(text)).count();
  }

  @Override
  public void publish(LogRecord line) {
    records.add(line);
  }

  @Override
  public void flush() {
    // nothing is kept back
  }

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
