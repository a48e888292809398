/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * Reads JSON, strictly, and checks it against docs/hang-report.schema.json: as much of both as the
 * report needs.
 */
final class Json {

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static boolean isValid(String json) {
    try {
      return errors(json).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static void check(String json) {
    assertEquals(List.of(), errors(json), json);
  }

  private static List<String> errors(String json) {
    Map<?, ?> schema = (Map<?, ?>) parse(schemaText());
    List<String> errors = new ArrayList<>();
    validate("$", parse(json), schema, schema, errors);
    return errors;
  }

  private static String schemaText() {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      Path schema = up.resolve("docs/hang-report.schema.json");
      if (Files.exists(schema)) {
        try {
          return Files.readString(schema);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    throw new IllegalStateException("no docs above " + Path.of("").toAbsolutePath());
  }

  private static void validate(
      String where, @Nullable Object value, Map<?, ?> schema, Map<?, ?> root, List<String> errors) {
    if (schema.get("$ref") instanceof String ref) {
      Map<?, ?> definitions = (Map<?, ?>) root.get("$defs");
      Map<?, ?> target = (Map<?, ?>) definitions.get(ref.substring("#/$defs/".length()));
      validate(where, value, target, root, errors);
      return;
    }
    if (schema.get("anyOf") instanceof List<?> options) {
      boolean fits = false;
      for (Object option : options) {
        List<String> inner = new ArrayList<>();
        validate(where, value, (Map<?, ?>) option, root, inner);
        fits |= inner.isEmpty();
      }
      if (!fits) {
        errors.add(where + " fits none");
      }
      return;
    }
    if (schema.get("enum") instanceof List<?> allowed && !allowed.contains(value)) {
      errors.add(where + " is " + value);
    }
    Object type = schema.get("type");
    if (type != null && !type.equals(typeOf(value))) {
      errors.add(where + " is no " + type);
      return;
    }
    if (value instanceof Map<?, ?> object) {
      Map<?, ?> properties = (Map<?, ?>) schema.get("properties");
      for (Object name : (List<?>) schema.get("required")) {
        if (!object.containsKey(name)) {
          errors.add(where + " lacks " + name);
        }
      }
      for (Map.Entry<?, ?> each : object.entrySet()) {
        Object property = properties.get(each.getKey());
        if (property == null) {
          errors.add(where + " has " + each.getKey());
        } else {
          String inside = where + "." + each.getKey();
          validate(inside, each.getValue(), (Map<?, ?>) property, root, errors);
        }
      }
    } else if (value instanceof List<?> list) {
      for (Object item : list) {
        validate(where + "[]", item, (Map<?, ?>) schema.get("items"), root, errors);
      }
    }
  }

  private static String typeOf(@Nullable Object value) {
    return value == null
        ? "null"
        : value instanceof Map
            ? "object"
            : value instanceof List
                ? "array"
                : value instanceof String
                    ? "string"
                    : value instanceof Long ? "integer" : "boolean";
  }

  static @Nullable Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.space();
    if (json.at != text.length()) {
      throw json.wrong();
    }
    return value;
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("at " + at);
  }

  private void space() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean next(String word) {
    space();
    if (text.startsWith(word, at)) {
      at += word.length();
      return true;
    }
    return false;
  }

  private void expect(String word) {
    if (!next(word)) {
      throw wrong();
    }
  }

  private @Nullable Object value() {
    if (next("null")) {
      return null;
    } else if (next("true")) {
      return true;
    } else if (next("false")) {
      return false;
    } else if (next("{")) {
      return object();
    } else if (next("[")) {
      List<Object> list = new ArrayList<>();
      while (!next("]")) {
        if (!list.isEmpty()) {
          expect(",");
        }
        list.add(value());
      }
      return list;
    } else if (next("\"")) {
      return string();
    }
    int start = at;
    while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '-')) {
      at++;
    }
    if (start == at) {
      throw wrong();
    }
    return Long.valueOf(text.substring(start, at));
  }

  private Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    while (!next("}")) {
      if (!object.isEmpty()) {
        expect(",");
      }
      expect("\"");
      String name = string();
      expect(":");
      object.put(name, value());
    }
    return object;
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return string.toString();
      } else if (c < ' ') {
        throw wrong();
      } else if (c != '\\') {
        string.append(c);
      } else if (text.charAt(at) == 'u') {
        string.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
        at += 5;
      } else {
        string.append(text.charAt(at++));
      }
    }
    throw wrong();
  }
}
