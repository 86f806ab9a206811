#include "ops/custom_class.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <shared_mutex>

#include "core/parts.h"
#include "ops/quantized/classes.h"

namespace tealight {
namespace {

struct Classes {
  std::shared_mutex mutex;
  std::deque<CustomClass> all;
  Classes() {
#if !TL_WITHOUT_CLASSES
    for (CustomClass& c : packed_parameter_classes()) add(std::move(c));
#endif
  }
  CustomClass& add(CustomClass c) {
    c.type = make_intrusive<ClassType>(c.name);
    c.type->add_attribute("__payload");
    all.push_back(std::move(c));
    return all.back();
  }
  const CustomClass* find(std::string_view name) {
    for (const CustomClass& c : all)
      if (c.name == name) return &c;
    return nullptr;
  }
};

Classes& classes() {
  static Classes* c = new Classes;
  return *c;
}

}  // namespace

const CustomClass* find_custom_class(std::string_view name) {
  Classes& c = classes();
  std::shared_lock lock(c.mutex);
  return c.find(name);
}

CustomClass& register_custom_class(CustomClass cls) {
  Classes& c = classes();
  std::unique_lock lock(c.mutex);
  TL_CHECK(!c.find(cls.name), "class ", cls.name, " is already registered");
  return c.add(std::move(cls));
}

const CustomClass* find_custom_class(const std::type_info& type) {
  Classes& c = classes();
  std::shared_lock lock(c.mutex);
  for (const CustomClass& cls : c.all)
    if (cls.cpp_type && *cls.cpp_type == type) return &cls;
  return nullptr;
}

Value CustomMethod::operator()(std::vector<Value> stack) const {
  if (schema) check_and_complete(*schema, stack);
  call(stack);
  return stack.empty() ? Value() : std::move(stack.back());
}

const CustomMethod& ClassType::getMethod(std::string_view method) const {
  const CustomClass* cls = find_custom_class(name);
  const CustomMethod* found = cls ? cls->find_method(method) : nullptr;
  TL_CHECK(found, "class ", name, " has no method ", method, " in C++");
  return *found;
}

std::vector<std::string> custom_class_names() {
  Classes& c = classes();
  std::shared_lock lock(c.mutex);
  std::vector<std::string> names;
  for (const CustomClass& cls : c.all) names.push_back(cls.name);
  std::sort(names.begin(), names.end());
  return names;
}

Value make_custom_object(const CustomClass& cls, intrusive_ptr<intrusive_ptr_target> payload) {
  auto object = make_intrusive<ObjectImpl>(cls.type);
  object->slots[0] = Value(ValueTag::Capsule, std::move(payload));
  return Value(std::move(object));
}

intrusive_ptr<intrusive_ptr_target> custom_payload(const Value& v, std::string_view class_name) {
  const ObjectImpl& o = v.toObjectRef();
  if (o.cls->name != class_name || o.slots.empty() || !o.slots[0].isCapsule())
    throw TypeError(str("expected an object of class ", class_name, ", but got ", o.cls->name));
  return o.slots[0].toCapsule();
}

}  // namespace tealight
