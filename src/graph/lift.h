// From Code back to a graph: what lower() undoes. For any code that PyTorch or Tealight writes,
// whatever the version of its bytecode.
#pragma once
#include "graph/code.h"
#include "graph/ir.h"

namespace tealight::ir {

/// What a function's code does not tell: the program around it.
class LiftContext {
 public:
  struct Attribute {
    std::string name;
    TypePtr type;
  };
  virtual ~LiftContext() = default;
  /// The model's class of that name, with its attributes (Type::cls); null: it has none, or it is
  /// written in C++.
  virtual TypePtr class_type(const std::string& name) = 0;
  /// What a slot of such a class holds. Code may name slots that no object has.
  virtual Attribute attribute(const std::string& class_name, size_t slot) = 0;
  /// The code puts a value of that type there.
  virtual void assigned(const std::string& class_name, size_t slot, const TypePtr&) = 0;
  /// The type of what a function returns.
  virtual TypePtr result(const Function&) = 0;
  /// Null: the model's code has none of that name.
  virtual const Function* method(const std::string& class_name, const std::string& name) = 0;
  /// Where instructions come from; null: nobody knows.
  virtual const std::map<int64_t, std::vector<SourceFrame>>* debug() { return nullptr; }
};

/// The function's operators must be linked. Types that the code does not tell are found as far as
/// schemas, attributes and uses tell them; where an operator wants a narrower type than a value is
/// known to have, prim::unchecked_cast says so. Throws Error on code of another form than
/// compilers write, however damaged it is.
std::unique_ptr<Graph> lift(const Function&, LiftContext&);

}  // namespace tealight::ir
