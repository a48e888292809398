/* SPDX-License-Identifier: Apache-2.0 */
module com.example.modular {
  requires dev.keelson.core;
}
