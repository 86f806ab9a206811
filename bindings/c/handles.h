// What the handles of c.h lead to, and how exceptions become statuses.
#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "tealight/c.h"
#include "tealight/grad_mode.h"
#include "tealight/tealight.h"

struct tl_value {
  tealight::Value value;
  std::string text;  // what tl_get_string pointed to, where the value itself has no such text
};
struct tl_cancel {
  std::atomic<bool> flag{false};
};

namespace tealight::c {

/// Records the exception being handled and gives its status. Call in a handler.
tl_status fail_current() noexcept;

/// Throws what a callback of the program's said with tl_fail.
[[noreturn]] void fail_again(tl_status status, const std::string& who);

/// Runs `f`, which may throw. Nothing is recorded for backward(), which C does not have.
template <class F>
tl_status guard(F f) noexcept {
  const NoGradGuard no_graph;
  try {
    f();
    return TL_OK;
  } catch (...) {
    return fail_current();
  }
}

inline void need(const void* pointer, const char* what) { TL_CHECK(pointer, what, " is NULL"); }
inline tl_value* make_handle(Value v) {
  auto handle = std::make_unique<tl_value>();
  if (v.isDevice())
    handle->text = v.toDevice().str();
  else if (v.isEnum())
    handle->text = v.toEnumRef().name;
  handle->value = std::move(v);
  return handle.release();
}
/// Gives `make()`'s value to *out.
template <class F>
tl_status give(tl_value** out, F make) noexcept {
  return guard([&] {
    need(out, "the place for the result");
    *out = make_handle(Value(make()));
  });
}
/// The same for a plain number.
template <class T, class F>
tl_status read(T* out, F get) noexcept {
  return guard([&] {
    need(out, "the place for the result");
    *out = T(get());
  });
}
inline const Value& value_of(const tl_value* v) {
  need(v, "the value");
  return v->value;
}
std::vector<Value> values_of(tl_value* const* items, size_t n);

}  // namespace tealight::c
