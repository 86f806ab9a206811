#include "format/custom_object.h"

#include <algorithm>

#include "format/file_error.h"
#include "ops/custom_class.h"

namespace tealight {
namespace {

constexpr const char* kState = "__state__";

void keep_state(ObjectImpl& object, const Value& state, TypeTable& types,
                std::vector<std::string>& missing) {
  const std::string& name = object.cls->name;
  if (std::find(missing.begin(), missing.end(), name) == missing.end()) missing.push_back(name);
  object.cls = types.find_class(std::string(name), {kState});
  object.slots.assign(1, state);
}

}  // namespace

void set_custom_state(ObjectImpl& object, const Value& state, TypeTable& types,
                      std::vector<std::string>* missing) {
  const std::string name = object.cls->name;
  const CustomClass* cls = find_custom_class(name);
  if (!cls || !cls->setstate) {
    if (missing) return keep_state(object, state, types, *missing);
    Error e(str("the model holds an object of ", name,
                ", a class written in C++ that is not in this build"),
            ErrorKind::unsupported);
    throw e.fix("register the class before loading (torch::class_)");
  }
  try {
    Value payload(ValueTag::Capsule, cls->setstate(state));
    object.cls = cls->type;
    object.slots.assign(1, std::move(payload));
  } catch (const Error& e) {
    rethrow_as_corrupt(e, "the state of an object of " + name);
  }
}

std::optional<Value> custom_state(const intrusive_ptr<ObjectImpl>& o) {
  if (const CustomClass* cls = find_custom_class(o->cls->name); cls && cls->type == o->cls) {
    TL_CHECK(cls->getstate, "the class has no way to tell its state; fix: def_pickle");
    return cls->getstate(Value(o));
  }
  const bool kept = o->cls->attributes == std::vector<std::string>{kState};
  return kept ? std::optional(o->slots.at(0)) : std::nullopt;
}

}  // namespace tealight
