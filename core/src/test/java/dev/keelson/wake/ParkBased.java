/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

/** Parks; what it does beside that is for whoever extends it. */
class ParkBased implements Transport {

  final ParkTransport park = new ParkTransport();

  @Override
  public void enter() {
    park.enter();
  }

  @Override
  public boolean sleep(long nanos, WakeProtocol protocol) {
    return park.sleep(nanos, protocol);
  }

  @Override
  public void rouse() {
    park.rouse();
  }

  @Override
  public void leave() {
    park.leave();
  }
}
