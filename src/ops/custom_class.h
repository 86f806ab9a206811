// Classes written in C++ that models hold: packed parameters of quantized layers, and the user's own (torchbind).
// An object of one is an ObjectImpl whose slot 0 is a Capsule with the C++ object.
#pragma once
#include "ops/op.h"

namespace tealight {

struct CustomMethod {
  std::string name;
  std::function<void(std::vector<Value>& stack)> call;  // stack: self and arguments in, results out
  std::optional<FunctionSchema> schema;
};
struct CustomClass {
  std::string name;  // "__torch__.torch.classes.quantized.Conv2dPackedParamsBase"
  std::vector<CustomMethod> methods;
  std::function<intrusive_ptr<intrusive_ptr_target>(const Value& state)> setstate;
  std::function<Value(const Value& self)> getstate;
  intrusive_ptr<ClassType> type;
};

/// Null when this build and the user's program have no such class.
TL_API const CustomClass* find_custom_class(std::string_view qualified_name);
/// For the whole process; throws when the name is taken.
TL_API const CustomClass& register_custom_class(CustomClass);
/// An object of a class from its C++ part.
TL_API Value make_custom_object(const CustomClass&, intrusive_ptr<intrusive_ptr_target>);
TL_API intrusive_ptr<intrusive_ptr_target> custom_payload(const Value&, std::string_view class_name);
/// The C++ part; throws TypeError when the value is no object of the class that `T::kClassName` names.
template <class T> intrusive_ptr<T> custom_object(const Value& v) {
  return static_intrusive_pointer_cast<T>(custom_payload(v, T::kClassName));
}

}  // namespace tealight
