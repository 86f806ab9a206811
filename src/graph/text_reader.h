// Looking at a graph's text, a token at a time; the parsers of types, constants and nodes share it.
#pragma once
#include <string>
#include <string_view>

#include "graph/ir.h"

namespace tealight::ir {

class TextReader {
 public:
  explicit TextReader(std::string_view text) : text_(text) {}

  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }  // white space as it is
  char peek();  // past white space and comments; '\0' at the end
  bool at_end() { return peek() == '\0'; }
  bool accept(std::string_view token);
  bool accept_on_line(std::string_view token);  // which comes before any comment
  void expect(std::string_view token);
  bool looking_at(std::string_view token);
  /// Letters, digits and the characters of `others`; may be empty.
  std::string_view word(std::string_view others = "_.:");
  std::string_view number();       // "-1", "1.5e-3", "-inf", "nan"; empty: none
  std::string quoted();            // "a\n" with its escapes undone
  std::string_view to_line_end();  // what a comment says, if one begins here; else empty
  std::string_view until(std::string_view end);
  [[noreturn]] void fail_here(const std::string& what) const;

  /// Bounds the recursion of whoever reads nested things.
  class Nested {
   public:
    explicit Nested(TextReader& in);
    ~Nested() { --in_.depth_; }
    Nested(const Nested&) = delete;

   private:
    TextReader& in_;
  };

 private:
  void skip_space();
  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
};

/// "Float", "QUInt8"; undefined: no name of an element type.
ScalarType dtype_called(std::string_view name);

struct TypeAndInfo {
  TypePtr type;
  std::shared_ptr<const TensorInfo> info;
};
/// "Float(1, *, strides=[3, 1])", "Dict(str, Tensor)[]?", "NamedTuple(a : int)". What is known of
/// tensors inside of other types is not kept.
TypeAndInfo read_type(TextReader&);
/// As prim::Constant[value=...] has it. `type` decides what a bare number is: a bool, a tensor.
Value read_constant(TextReader&, const Type& type);

}  // namespace tealight::ir
