/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.link.Children;
import dev.keelson.link.LinkedNode;

/** What an editor opens and closes: a page of 1 MB, and headings. */
final class Document {

  private final byte[] page = new byte[1 << 20];
  private final Children<Document, Heading> headings = Children.of(this);

  /** The document's own listener: it lives as long as the document. */
  private final Runnable redraw = new Redraw();

  private final class Redraw implements Runnable {
    @Override
    public void run() {
      page[0]++;
    }
  }

  /** A heading that finds its document and does not keep it. */
  static final class Heading extends LinkedNode<Document> {}

  /** A heading that keeps it. */
  record OwningHeading(Document document) {}

  Heading heading() {
    Heading heading = new Heading();
    headings.attach(heading);
    return heading;
  }

  Runnable redraw() {
    return redraw;
  }

  int size() {
    return page.length;
  }
}
