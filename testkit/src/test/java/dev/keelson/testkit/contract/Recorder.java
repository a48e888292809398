/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import dev.keelson.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** What the flight recorder and the loggers are told while it is open. */
final class Recorder implements AutoCloseable {

  private final Recording recording = new Recording();
  private final Logger logger = Logger.getLogger("dev.keelson");
  private final Level before = logger.getLevel();
  private final boolean toParents = logger.getUseParentHandlers();
  private final List<String> records = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord logRecord) {
          records.add(formatter.format(logRecord));
        }

        @Override
        public void flush() {
          // nothing is kept back
        }

        @Override
        public void close() {
          // nothing is held
        }
      };

  /** Begins; events of the given names are recorded from any duration on. */
  Recorder(String... events) {
    handler.setLevel(Level.ALL);
    logger.setLevel(Level.ALL);
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
    for (String event : events) {
      recording.enable(event).withoutThreshold();
    }
    recording.start();
  }

  /** What was logged so far. */
  List<String> logged() {
    return records;
  }

  /** As {@link #events(Path)}, only of that command: an earlier test's child may end late. */
  List<RecordedEvent> events(Path directory, Command command) throws IOException {
    return events(directory).stream()
        .filter(event -> command.toString().equals(event.getString("command")))
        .toList();
  }

  /** Stops recording and gives what was recorded, in the whole JVM. */
  List<RecordedEvent> events(Path directory) throws IOException {
    recording.stop();
    Path file = directory.resolve("flight.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file);
  }

  @Override
  public void close() {
    recording.close();
    logger.removeHandler(handler);
    logger.setUseParentHandlers(toParents);
    logger.setLevel(before);
  }
}
