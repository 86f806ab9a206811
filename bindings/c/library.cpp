// Errors, version, threads, and calls of single operators.
#include "tealight/library.h"

#include <cstring>

#include "handles.h"
#include "ops/registry.h"
#include "tealight/threads.h"

namespace tealight::c {
namespace {

// Fixed memory, so that an allocation failure can be reported too.
thread_local char t_error[4096];

tl_status fail_with(tl_status status, const char* message) noexcept {
  std::strncpy(t_error, message, sizeof t_error - 1);
  return status;
}

tl_status status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_argument:
      return TL_INVALID_ARGUMENT;
    case ErrorKind::unsupported:
      return TL_UNSUPPORTED;
    case ErrorKind::corrupt_file:
      return TL_CORRUPT_FILE;
    case ErrorKind::internal:
      return TL_INTERNAL;
    case ErrorKind::cancelled:
      return TL_CANCELLED;
  }
  return TL_INTERNAL;
}

}  // namespace

tl_status fail_current() noexcept {
  try {
    throw;
  } catch (const Error& e) {
    return fail_with(status_of(e.kind()), e.what());
  } catch (const std::bad_alloc&) {
    return fail_with(TL_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    return fail_with(TL_INTERNAL, e.what());
  } catch (...) {
    return fail_with(TL_INTERNAL, "an exception of an unknown kind");
  }
}

std::vector<Value> values_of(tl_value* const* items, size_t n) {
  TL_CHECK(items || n == 0, "the array of values is NULL");
  std::vector<Value> all;
  all.reserve(n);
  for (size_t i = 0; i < n; ++i) {
    TL_CHECK(items[i], "value ", i, " is NULL; fix: pass tl_none() for None");
    all.push_back(items[i]->value);
  }
  return all;
}

}  // namespace tealight::c

using namespace tealight;
using namespace tealight::c;

const char* tl_last_error(void) { return t_error; }

const char* tl_status_name(tl_status status) {
  static constexpr const char* names[] = {"ok",           "invalid argument", "unsupported",
                                          "corrupt file", "internal error",   "cancelled",
                                          "out of memory"};
  return size_t(status) < std::size(names) ? names[size_t(status)] : "unknown status";
}

int tl_abi_version(void) { return TL_ABI_VERSION; }
const char* tl_version(void) { return TL_VERSION; }
tl_status tl_set_num_threads(int n) {
  return guard([&] { set_num_threads(n); });
}
int tl_get_num_threads(void) { return get_num_threads(); }
tl_status tl_manual_seed(uint64_t seed) {
  return guard([&] { manual_seed(seed); });
}

tl_status tl_call(const char* name, tl_value* const* args, size_t n_args, tl_value** out) {
  return give(out, [&]() -> Value {
    need(name, "the operator's name");
    std::vector<Value> stack = values_of(args, n_args);
    const Overload& op = find_overload(name);
    check_and_complete(schema_of(op), stack);
    call(op, stack);
    if (stack.empty()) return Value();
    return stack.size() == 1 ? std::move(stack[0]) : make_tuple_value(std::move(stack));
  });
}

tl_status tl_operators(tl_value** out) {
  return give(out, [] {
    std::vector<std::string> names;
    for (std::string_view name : operator_names()) names.emplace_back(name);
    return names;
  });
}
