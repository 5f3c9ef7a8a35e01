// JSON Schema, as far as tests need it: openapi.json and the schema of exported lines.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace smallprint::test {

/// As much of JSON Schema as our schemas use. Gives the place of the first violation, or nothing.
class Schemas {
 public:
  explicit Schemas(const boost::json::value& document) : document_(document) {}

  [[nodiscard]] const boost::json::value& at(std::string_view pointer) const { return document_.at_pointer(pointer); }

  [[nodiscard]] const boost::json::value& resolve(const boost::json::value& value) const {
    const boost::json::value& reference = member(value, "$ref");
    return reference.is_string() ? at(reference.as_string().subview(1)) : value;
  }

  [[nodiscard]] std::string violation(const boost::json::value& schema_or_reference, const boost::json::value& value,
                                      const std::string& place = "$") const {
    const boost::json::value& schema = resolve(schema_or_reference);
    const boost::json::value& types = member(schema, "type");
    bool typed = types.is_null() || (types.is_string() && is(types.as_string(), value));
    if (types.is_array()) {
      for (const boost::json::value& type : types.as_array()) typed = typed || is(type.as_string(), value);
    }
    if (!typed) return place + ": another type";
    const boost::json::value& allowed = member(schema, "enum");
    if (allowed.is_array()) {
      bool found = false;
      for (const boost::json::value& one : allowed.as_array()) found = found || one == value;
      if (!found) return place + ": not in the enum";
    }
    if (value.is_array() && schema.as_object().contains("items")) {
      for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        std::string inner = violation(member(schema, "items"), value.as_array()[i], place + "/" + std::to_string(i));
        if (!inner.empty()) return inner;
      }
    }
    return value.is_object() ? object_violation(schema, value.as_object(), place) : "";
  }

 private:
  [[nodiscard]] std::string object_violation(const boost::json::value& schema, const boost::json::object& value,
                                             const std::string& at) const {
    const boost::json::value& required = member(schema, "required");
    if (required.is_array()) {
      for (const boost::json::value& name : required.as_array()) {
        if (!value.contains(name.as_string())) return at + ": no " + std::string(name.as_string());
      }
    }
    const boost::json::value& others = member(schema, "additionalProperties");
    for (const auto& [key, inner] : value) {
      const boost::json::value& property = member(member(schema, "properties"), key);
      const std::string place = at + "/" + std::string(key);
      std::string found;
      if (!property.is_null()) {
        found = violation(property, inner, place);
      } else if (others.is_bool() && !others.as_bool()) {
        found = place + ": not documented";
      } else if (others.is_object()) {
        found = violation(others, inner, place);
      }
      if (!found.empty()) return found;
    }
    return {};
  }

  static const boost::json::value& member(const boost::json::value& value, std::string_view name) {
    static const boost::json::value none;
    const boost::json::value* found = value.is_object() ? value.as_object().if_contains(name) : nullptr;
    return found == nullptr ? none : *found;
  }

  static bool is(std::string_view type, const boost::json::value& value) {
    if (type == "null") return value.is_null();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
  }

  const boost::json::value& document_;
};

}  // namespace smallprint::test
