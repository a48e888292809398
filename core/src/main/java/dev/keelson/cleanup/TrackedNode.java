/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

/** A node that knows where it was made. */
final class TrackedNode<S> extends Node<S> {

  private final Track track;

  TrackedNode(Object owner, S state, Kind<? super S> kind, Track track) {
    super(owner, state, kind);
    this.track = track;
  }

  @Override
  Track track() {
    return track;
  }

  @Override
  public void touch(String hint) {
    track.use(hint);
  }
}
