/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {

  private static final String MACHINE =
      " jdk=25.0.3+9 cores=2 kernel=6.18.1 engine=linux rounds=15";
  private static final Measured FASTER =
      Measured.parse("launch/C keelson=800us peer=1600us ratio=0.500 rate=2.00 bar=1.000" + MACHINE)
          .orElseThrow();
  private static final Measured SLOWER =
      Measured.parse("lock-flat/B ratio=3.000 note=a, b" + MACHINE).orElseThrow();

  @Test
  void shouldReadNameAndValues() {
    assertEquals("launch/C", FASTER.name());
    assertEquals(Optional.of(0.5), FASTER.ratio());
    assertEquals(Optional.of(1.0), FASTER.bar());
    assertEquals("25.0.3+9", FASTER.values().get("jdk"));
  }

  @Test
  void shouldReadNothingOutOfOtherLines() {
    for (String line :
        List.of("", "building first", "\tat a.b.C=1", "WARNING: a=b jdk=1", "launch keelson=1us")) {
      assertEquals(Optional.empty(), Measured.parse(line), line);
    }
  }

  @Test
  void shouldWriteARowAColumnAWordAndQuoteCommas() {
    assertEquals(
        Measured.HEAD
            + "\nlaunch/C,800us,1600us,0.500,2.00,1.000,25.0.3+9,2,6.18.1,linux,rounds=15"
            + "\nlock-flat/B,,,3.000,,,25.0.3+9,2,6.18.1,linux,\"note=a, b rounds=15\"\n",
        Report.csv(List.of(FASTER, SLOWER)));
  }

  @Test
  void shouldDrawABarToEachSideOfOne() throws Exception {
    NodeList shapes = parsed(Report.svg(List.of(FASTER, SLOWER))).getElementsByTagName("rect");

    assertEquals(3, shapes.getLength(), "the background and two bars");
    Element faster = (Element) shapes.item(1);
    Element slower = (Element) shapes.item(2);
    double one = number(slower, "x");
    assertEquals(one, number(faster, "x") + number(faster, "width"), 0.2);
    assertEquals(
        Math.log(3) / Math.log(2), number(slower, "width") / number(faster, "width"), 0.02);
  }

  @Test
  void shouldSayWhereItWasTaken() throws Exception {
    String text = parsed(Report.svg(List.of(FASTER, SLOWER))).getDocumentElement().getTextContent();

    for (String word : List.of("25.0.3+9", "2 cores", "6.18.1", "launch/C", "0.500", "3.000")) {
      assertTrue(text.contains(word), word);
    }
  }

  @Test
  void shouldEndABarAtTheEdge() throws Exception {
    Measured far = Measured.parse("wake/S ratio=0.0001" + MACHINE).orElseThrow();
    Measured edge = Measured.parse("wake/S ratio=0.0625" + MACHINE).orElseThrow();
    NodeList shapes = parsed(Report.svg(List.of(far, edge))).getElementsByTagName("rect");

    assertEquals(
        number((Element) shapes.item(2), "width"), number((Element) shapes.item(1), "width"));
  }

  private static double number(Element shape, String attribute) {
    return Double.parseDouble(shape.getAttribute(attribute));
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
