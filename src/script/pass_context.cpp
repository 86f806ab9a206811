#include "script/pass_context.h"

namespace tealight::script {

ir::PassContext pass_context(Unit& unit) {
  ir::PassContext context;
  context.function = [&unit](const std::string& name) -> const ir::Graph* {
    ScriptFunction* f = unit.find_function(name);
    return f ? unit.compile(*f).get() : nullptr;
  };
  context.method = [&unit](const Type& cls, const std::string& name) -> const ir::Graph* {
    ScriptFunction* f = unit.find_method(cls, name);
    const bool body = f && f->cls && f->cls->kind != Class::Kind::interface;
    return body ? unit.compile(*f).get() : nullptr;
  };
  return context;
}

void each_function(Unit& unit, const std::function<void(ScriptFunction&)>& visit) {
  for (const Class* c : unit.classes())
    if (c->kind != Class::Kind::interface)
      for (const auto& [name, f] : c->methods) visit(*unit.find_method(*c->type, name));
  for (ScriptFunction* f : unit.functions()) visit(*f);
}

}  // namespace tealight::script
