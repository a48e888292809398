/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside the heap that both Java and the C library see. For one thread at a time; it is
 * freed some time after it became unreachable, so whoever passes its address on keeps the region
 * until the call is over.
 */
public final class Region {

  private final ByteBuffer bytes;
  private final long address;

  /**
   * Memory at an address.
   *
   * @param bytes a direct buffer that keeps it alive
   */
  public Region(ByteBuffer bytes, long address) {
    this.bytes = bytes.order(ByteOrder.nativeOrder());
    this.address = address;
  }

  /** The memory itself; its position and limit are the caller's to set. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /** Where it begins. */
  public long address() {
    return address;
  }

  /** How many bytes it has. */
  public int size() {
    return bytes.capacity();
  }
}
