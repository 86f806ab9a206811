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

}  // namespace tealight::script
