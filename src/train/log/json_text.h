// The JSON that logs consist of: objects of numbers, strings and bools.
#pragma once
#include <cmath>
#include <sstream>
#include <string>
#include <string_view>

#include "tealight/value.h"

namespace tealight::train {

inline std::string in_quotes(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20)
      ((out += "\\u00") += kHex[c >> 4]) += kHex[c & 15];
    else
      out += c;
  }
  return out + '"';
}

/// So that it reads back the same; null for what JSON has no number for.
inline std::string number(double v) {
  if (!std::isfinite(v)) return "null";
  std::ostringstream out;
  out.precision(17);
  for (int digits = 6; digits <= 17; ++digits) {
    std::ostringstream shorter;
    shorter.precision(digits);
    shorter << v;
    if (std::stod(shorter.str()) == v) return shorter.str();
  }
  out << v;
  return out.str();
}

inline std::string json_of(const Value& v) {
  if (v.isString()) return in_quotes(v.toStringRef());
  if (v.isBool()) return v.toBool() ? "true" : "false";
  if (v.isInt()) return std::to_string(v.toInt());
  return v.isNone() ? "null" : number(v.toScalar().toDouble());
}

/// {"lr":0.1,"name":"sgd"}
class JsonObject {
 public:
  JsonObject& add(std::string_view key, const std::string& json) {
    text_ += (text_.empty() ? "" : ",") + in_quotes(key) + ":" + json;
    return *this;
  }
  template <class Map, class F>
  JsonObject& add_all(const Map& map, F json) {
    for (const auto& [key, value] : map) add(key, json(value));
    return *this;
  }
  std::string str() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

}  // namespace tealight::train
