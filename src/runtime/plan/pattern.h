// What a plan expects of the values it begins with, and how it leaves them: values with holes where
// tensors are.
#pragma once
#include "core/base.h"
#include "tealight/value.h"

namespace tealight::planning {

struct Pattern {
  enum class Kind : uint8_t {
    same,    // a plain value, an object of the module, a tensor of its: this very one
    tensor,  // tensors[number]
    again,   // a container met before: containers[number]
    given,   // a container that the part was given: given[number]
    list,
    tuple,
    dict,    // parts: key, value, key, value ...
    object,  // that the part made: parts are its attributes
  };
  Kind kind = Kind::same;
  Value value;
  size_t number = 0;
  TypePtr type;  // of a list's elements, a tuple's fields, a dict (key in `type`, value in `item`)
  TypePtr item;
  intrusive_ptr<ClassType> cls;
  std::vector<Pattern> parts;
};

/// Takes values apart. `is_hole` says which tensors become holes; they are numbered in the order in
/// which they are met.
class PatternMaker {
 public:
  PatternMaker(FunctionRef<bool(const Tensor&)> is_hole,
               FunctionRef<bool(const ObjectImpl&)> is_made)
      : is_hole_(is_hole), is_made_(is_made) {}
  Pattern make(const Value&);
  /// Wherever this very container is met, the pattern stands for it.
  void know(const Value& container, Pattern p) {
    known_.emplace_back(container.payload(), std::move(p));
  }
  std::vector<Tensor> tensors;

 private:
  std::vector<Pattern> all(std::span<const Value>);
  FunctionRef<bool(const Tensor&)> is_hole_;
  FunctionRef<bool(const ObjectImpl&)> is_made_;
  std::vector<const void*> containers_;
  std::vector<std::pair<const void*, Pattern>> known_;
};

/// Whether the value is as the pattern says; `tensors` gets what lies in the holes (their facts are
/// not looked at), `containers` every list, tuple and dict met.
bool matches(const Pattern&, const Value&, std::vector<Tensor>& tensors,
             std::vector<Value>& containers);

/// A new value of that form. `given`: the containers that matches() met.
Value fill(const Pattern&, std::span<const Tensor> tensors, std::vector<Value>& containers,
           std::span<const Value> given = {});

}  // namespace tealight::planning
