// Objects of classes written in C++ (packed weights), from the states that files hold.
#pragma once
#include "format/type_table.h"

namespace tealight {

/// Gives `object`, whose class has the right name, its C++ part. Where this build has no such
/// class: throws if `missing` is null, else adds the name there and keeps the state as the
/// attribute "__state__".
void set_custom_state(ObjectImpl& object, const Value& state, TypeTable& types,
                      std::vector<std::string>* missing);

/// The state that such an object is written with; nothing: it is of another class.
std::optional<Value> custom_state(const intrusive_ptr<ObjectImpl>&);

}  // namespace tealight
