// A program's text, and messages that point into it.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "graph/ir.h"

namespace tealight::script {

/// One file of a program. Shared by all that was made of it.
struct SourceText {
  std::string name;  // "code/__torch__/net.py"
  std::string text;
};
using SourceTextPtr = std::shared_ptr<const SourceText>;

/// A piece of a text: what an expression or statement was made of.
struct Span {
  uint32_t begin = 0, end = 0;
};

/// Line and column (from 1 and 0) and the line itself.
ir::Source locate(const SourceText&, Span, const std::string& function = {});

/// Throws: what is wrong, where, the line with carets below it, and how to mend it.
///   unknown name 'y'
///     at net.py:3:11
///       return y + 1
///              ^
///     fix: ...
[[noreturn]] void fail_at(const SourceText&, Span, const std::string& what,
                          const std::string& fix = {},
                          ErrorKind kind = ErrorKind::invalid_argument);
/// Adds the place to an error that came from below.
void add_place(Error&, const SourceText&, Span);

}  // namespace tealight::script
