// Just enough JSON for model.json, which PyTorch 1.0 to 1.2 wrote from protobuf messages.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tealight {

/// Numbers stay as they are written: protobuf puts 64-bit ones in quotes.
struct Json {
  enum class Kind : uint8_t { null, boolean, number, string, array, object } kind = Kind::null;
  std::string text;  // of a number, string or boolean
  std::vector<Json> items;
  std::map<std::string, Json> members;

  /// A null when there is none.
  const Json& operator[](const std::string& name) const;
  bool has(const std::string& name) const { return members.contains(name); }
  int64_t integer() const;  // of a number, in quotes or not; a null is 0
  bool is_true() const { return text == "true"; }
};

/// Throws CorruptFile with the offset. Nesting is bounded.
Json parse_json(std::string_view text);

}  // namespace tealight
