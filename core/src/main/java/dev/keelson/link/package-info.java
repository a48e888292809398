/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Parent links that do not keep the tree alive.
 *
 * <p>A parent owns its {@link dev.keelson.link.Children} strongly. A child, which is a {@link
 * dev.keelson.link.Linked}, knows its parent through a {@link dev.keelson.link.ParentLink} that is
 * weak: somebody who forgets a child in a cache retains that child and not the tree around it. A
 * child that can choose its base class extends {@link dev.keelson.link.LinkedNode} and is its own
 * link. {@link dev.keelson.link.Trees} answers questions about the way up.
 *
 * <p>The rule behind it: what runs or is attached is held strongly by an owner, what is finished or
 * only looks on is held weakly. {@link dev.keelson.link.ParentLink#pin} is for what runs, {@link
 * dev.keelson.link.ParentLink#onOrphaned} for what looks on.
 *
 * <p>Inside, all children of a container share one {@code Owner}, the only weak reference there is.
 * {@code Structure} makes every change and keeps trees acyclic, under the {@code Stripes}; {@code
 * Slots} is the array of children that grows, shrinks and can be read meanwhile; {@code Closing}
 * ends a container, {@code Orphans} tells those who asked.
 */
@ParametersAreNonnullByDefault
package dev.keelson.link;

import javax.annotation.ParametersAreNonnullByDefault;
