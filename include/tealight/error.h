// What the library throws: one class, with PyTorch's names for the kinds that PyTorch
// distinguishes.
#pragma once
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>

#if defined(_WIN32)
#define TL_API
#else
#define TL_API __attribute__((visibility("default")))
#endif

namespace tealight {

enum class ErrorKind : uint8_t {
  invalid_argument,  // the caller's values do not fit
  unsupported,       // right, but not built or not written
  corrupt_file,      // bytes from outside do not say what they should
  internal,          // ours to mend
  cancelled,         // deadline, cancel flag, memory budget, recursion limit
};

/// Base of everything thrown. `what()` says what is wrong, where, and how to mend it:
///   conv2d: input has 4 channels, but weight [32, 3, 3, 3] with groups=1 takes 3
///     at forward, features.0.0 (mobilenetv2.py:62), in model.ptl
///     fix: drop the alpha channel
class TL_API Error : public std::exception {
 public:
  explicit Error(std::string message, ErrorKind kind = ErrorKind::invalid_argument)
      : message_(std::move(message)), kind_(kind) {
    rebuild();
  }
  ~Error() override;

  ErrorKind kind() const noexcept { return kind_; }
  const char* what() const noexcept override { return whole_.c_str(); }
  const char* what_without_backtrace() const noexcept { return what(); }
  const std::string& msg() const noexcept { return message_; }

  /// Adds a line "  at <place>"; innermost first. Returns *this, so that a handler can rethrow.
  Error& at(const std::string& place) {
    places_ += "\n  at " + place;
    rebuild();
    return *this;
  }
  Error& set_kind(ErrorKind kind) {
    kind_ = kind;
    return *this;
  }
  /// Adds a line "  fix: <advice>", always printed last.
  Error& fix(const std::string& advice) {
    fix_ = "\n  fix: " + advice;
    rebuild();
    return *this;
  }
  void add_context(const std::string& place) { at(place); }  // c10::Error's name for it

 private:
  void rebuild() { whole_ = message_ + places_ + fix_; }
  std::string message_, places_, fix_, whole_;
  ErrorKind kind_;
};

// Kinds that PyTorch's callers catch by name.
class TL_API IndexError : public Error {
 public:
  using Error::Error;
  ~IndexError() override;
};
class TL_API ValueError : public Error {
 public:
  using Error::Error;
  ~ValueError() override;
};
class TL_API TypeError : public Error {
 public:
  using Error::Error;
  ~TypeError() override;
};
class TL_API NotImplementedError : public Error {
 public:
  using Error::Error;
  ~NotImplementedError() override;
};
/// What a `raise` in a model's program becomes: what() holds the Python class and message.
class TL_API JITException : public Error {
 public:
  explicit JITException(const std::string& message,
                        std::optional<std::string> python_class = std::nullopt,
                        std::optional<std::string> original_message = std::nullopt)
      : Error(message), class_(std::move(python_class)), original_(std::move(original_message)) {}
  ~JITException() override;
  const std::optional<std::string>& getPythonClassName() const { return class_; }
  const std::optional<std::string>& getOriginalMsg() const { return original_; }

 private:
  std::optional<std::string> class_, original_;  // "builtins.ValueError"
};

// One argument of str(): where it lies and how it is streamed. That is all a call of str() is made
// of, for there are thousands, with a thousand combinations of types.
struct StrPart {
  const void* at;
  void (*stream)(std::ostream&, const void*);
};
TL_API void stream_text(std::ostream&, const void* text);  // const char*
template <class T>
void stream_part(std::ostream& out, const void* at) {
  out << *static_cast<const T*>(at);
}
template <class T>
StrPart str_part(const T& t) {
  if constexpr (std::is_convertible_v<const T&, const char*>)
    return {static_cast<const char*>(t), stream_text};
  else
    return {std::addressof(t), stream_part<T>};
}
TL_API std::string str_of(const StrPart* parts, size_t n);

/// `str("a ", 1, " b")`: its arguments streamed one after another.
template <class... A>
std::string str(const A&... a) {
  const StrPart parts[] = {str_part(a)...};
  return str_of(parts, sizeof...(A));
}
inline std::string str() { return {}; }
inline std::string str(const char* a) { return a; }

[[noreturn]] TL_API void fail(std::string message, ErrorKind kind = ErrorKind::invalid_argument);
[[noreturn]] inline void corrupt(std::string message) {
  fail(std::move(message), ErrorKind::corrupt_file);
}

// Where checks end: out of line and optimized for size, so that a message costs its caller one
// call.
#define TL_COLD [[noreturn, gnu::cold, gnu::noinline]]
template <class... A>
TL_COLD void fail_check(const A&... a) {
  fail(str(a...));
}
template <class... A>
TL_COLD void fail_assert(const A&... a) {
  fail(str(a...), ErrorKind::internal);
}
#undef TL_COLD

}  // namespace tealight

/// TL_CHECK(ok, "message ", value, ...): throws Error (the caller's fault) unless ok.
#define TL_CHECK(ok, ...)                  \
  do {                                     \
    if (!(ok)) [[unlikely]]                \
      ::tealight::fail_check(__VA_ARGS__); \
  } while (0)
/// The same for what can only be our own mistake.
#define TL_ASSERT(ok, ...)                                                        \
  do {                                                                            \
    if (!(ok)) [[unlikely]]                                                       \
      ::tealight::fail_assert("internal: ", #ok, " " __VA_OPT__(, ) __VA_ARGS__); \
  } while (0)
