// Functions on numbers, strings, lists and dicts: rows of tables, dozens a file.
//   constexpr Fn rows[] = {TL_FN("aten::add.int(int a, int b) -> int", [](int64_t a, int64_t b) {
//   return a + b; }), ...};
//   TL_FNS(integers){rows};
#pragma once
#include "ops/op.h"

namespace tealight {

struct Fn {
  SchemaText schema;
  ValueFn function = nullptr;
};

#if TL_SELECTED  // a build for chosen models: the other rows stay empty
consteval bool is_selected(std::string_view schema) {
  constexpr std::string_view names[] = {
#include "selected_fns.inc"
  };
  for (const std::string_view name : names)
    if (schema.starts_with(name) && schema[name.size()] == '(') return true;
  return false;
}
#define TL_FN(schema, ...) \
  (is_selected(schema) ? Fn{schema, ::tealight::function<__VA_ARGS__>} : Fn{})
#else
#define TL_FN(schema, ...) \
  Fn { schema, ::tealight::function<__VA_ARGS__> }
#endif
/// Registers by its text, as TL_OP does.
#define TL_FNS(name)                           \
  extern const std::span<const Fn> fns_##name; \
  constexpr std::span<const Fn> fns_##name

}  // namespace tealight
