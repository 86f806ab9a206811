// Errors, version, threads, and what models print.
#include <cstring>

#include "handles.h"
#include "tealight/context.h"
#include "tealight/threads.h"

namespace tealight::c {
namespace {

// Fixed memory, so that an allocation failure can be reported too.
thread_local char t_error[4096], t_python_class[256];
thread_local const char* t_error_type = "";

template <size_t n>
void keep(char (&to)[n], const char* text) noexcept {
  std::strncpy(to, text, n - 1);
}

tl_status fail_with(tl_status status, const char* message, const char* type) noexcept {
  keep(t_error, message);
  t_python_class[0] = '\0';
  t_error_type = type;
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
ErrorKind kind_of(tl_status status) {
  switch (status) {
    case TL_UNSUPPORTED:
      return ErrorKind::unsupported;
    case TL_CORRUPT_FILE:
      return ErrorKind::corrupt_file;
    case TL_INTERNAL:
      return ErrorKind::internal;
    case TL_CANCELLED:
    case TL_OUT_OF_MEMORY:
      return ErrorKind::cancelled;
    default:
      return ErrorKind::invalid_argument;
  }
}

const char* type_of(const Error& e) noexcept {
  if (dynamic_cast<const JITException*>(&e)) return "JITException";
  if (dynamic_cast<const IndexError*>(&e)) return "IndexError";
  if (dynamic_cast<const ValueError*>(&e)) return "ValueError";
  if (dynamic_cast<const TypeError*>(&e)) return "TypeError";
  if (dynamic_cast<const NotImplementedError*>(&e)) return "NotImplementedError";
  return "Error";
}

TextHandler handler_of(tl_text f, void* user) {
  if (!f) return {};
  return [=](const std::string& text) { f(user, text.data(), text.size()); };
}

}  // namespace

tl_status fail_current() noexcept {
  try {
    throw;
  } catch (const Error& e) {
    const tl_status status = fail_with(status_of(e.kind()), e.what(), type_of(e));
    if (const auto* raised = dynamic_cast<const JITException*>(&e))
      if (raised->getPythonClassName()) keep(t_python_class, raised->getPythonClassName()->c_str());
    return status;
  } catch (const std::bad_alloc&) {
    return fail_with(TL_OUT_OF_MEMORY, "out of memory", "Error");
  } catch (const std::exception& e) {
    return fail_with(TL_INTERNAL, e.what(), "Error");
  } catch (...) {
    return fail_with(TL_INTERNAL, "an exception of an unknown kind", "Error");
  }
}

void fail_again(tl_status status, const std::string& who) {
  throw Error(str(who, ": ", t_error[0] ? t_error : tl_status_name(status)), kind_of(status));
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
const char* tl_last_error_type(void) { return t_error_type; }
const char* tl_last_error_python_class(void) { return t_python_class; }
tl_status tl_fail(tl_status status, const char* message) {
  return fail_with(status == TL_OK ? TL_INTERNAL : status, message ? message : "", "Error");
}

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
tl_status tl_set_print_handler(tl_text handler, void* user) {
  return guard([&] { setPrintHandler(handler_of(handler, user)); });
}
tl_status tl_set_warning_handler(tl_text handler, void* user) {
  return guard([&] { set_warning_handler(handler_of(handler, user)); });
}
