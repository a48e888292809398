/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The strings that Keelson must not write anywhere, and the masking of texts that others wrote. An
 * empty secret masks nothing: it would be found everywhere.
 */
final class Secrets {

  static final String MASK = "***";

  private final List<String> values;

  private Secrets(List<String> values) {
    this.values = values;
  }

  static Secrets of(CommandSettings settings) {
    Stream<String> arguments =
        settings.arguments.stream()
            .filter(CommandSettings.Argument::secret)
            .map(CommandSettings.Argument::text);
    Stream<String> variables =
        settings.environment.values().stream()
            .filter(CommandSettings.Variable::secret)
            .flatMap(variable -> Stream.ofNullable(variable.value()));
    return new Secrets(
        Stream.concat(arguments, variables)
            .filter(secret -> !secret.isEmpty())
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList());
  }

  /**
   * The text with every secret in it replaced, the longest first, so that one inside another leaves
   * nothing of either.
   */
  String mask(String text) {
    String masked = text;
    for (String secret : values) {
      masked = masked.replace(secret, MASK);
    }
    return masked;
  }
}
