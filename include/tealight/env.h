// Environment variables, as programs for libtorch ask for them (c10::utils). Not for several
// threads at once while one of them writes.
#pragma once
#include <cstdlib>
#include <optional>
#include <string>

#include "tealight/context.h"

namespace tealight {

inline void set_env(const char* name, const char* value, bool overwrite = true) {
  TL_CHECK(::setenv(name, value, overwrite) == 0, "setenv failed for environment \"", name, "\"");
}
inline bool has_env(const char* name) noexcept { return std::getenv(name) != nullptr; }
inline std::optional<std::string> get_env(const char* name) noexcept {
  const char* value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}
/// True for "1", false for "0"; none where it is unset or, with a warning, something else.
inline std::optional<bool> check_env(const char* name) {
  const std::optional<std::string> value = get_env(name);
  if (!value) return std::nullopt;
  if (*value == "0" || *value == "1") return *value == "1";
  warn("Ignoring invalid value for boolean flag " + std::string(name) + ": " + *value +
       "valid values are 0 or 1.");
  return std::nullopt;
}

}  // namespace tealight
