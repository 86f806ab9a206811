#include "runtime/trace/module_calls.h"

#include "runtime/debug.h"
#include "runtime/places.h"
#include "tealight/trace.h"

namespace tealight {
namespace {

tracing::ModuleCalls& trace_scopes() {
  static thread_local tracing::ModuleCalls scopes;
  return scopes;
}

}  // namespace

TraceScope::TraceScope(const std::string& name) {
  static thread_local uint64_t calls = 0;
  trace_scopes().push_back({name, "forward", ++calls});
}
TraceScope::~TraceScope() { trace_scopes().pop_back(); }

namespace {
thread_local const ModulePaths* traced_paths = nullptr;
std::string& path_inside() {  // of the module that runs
  static thread_local std::string path;
  return path;
}
}  // namespace

TracedPaths::TracedPaths(ModulePaths paths) : paths_(std::move(paths)), outer_(traced_paths) {
  traced_paths = &paths_;
}
TracedPaths::~TracedPaths() { traced_paths = outer_; }

ModuleScope::ModuleScope(const void* module) {
  if (!traced_paths) return;
  const auto at = traced_paths->find(module);
  std::string& inside = path_inside();
  const std::string prefix = inside.empty() ? "" : inside + ".";
  // One that is called from elsewhere than from its parent belongs to who calls it.
  if (at == traced_paths->end() || at->second.size() <= prefix.size() ||
      !at->second.starts_with(prefix))
    return;
  scope_.emplace(at->second.substr(prefix.size()));
  outer_ = std::exchange(inside, at->second);
}
ModuleScope::~ModuleScope() {
  if (scope_) path_inside() = std::move(outer_);
}

namespace tracing {

std::string scope_here() { return scope_of(trace_scopes()); }

namespace {

void find_modules(const ObjectImpl& o, const std::string& path,
                  std::map<const ObjectImpl*, std::string>& paths) {
  if (!paths.try_emplace(&o, path).second) return;  // at two places: the first counts
  for (size_t i = 0; i < o.slots.size() && i < o.cls->attributes.size(); ++i)
    if (o.slots[i].isObject())
      find_modules(o.slots[i].toObjectRef(),
                   (path.empty() ? "" : path + ".") + o.cls->attributes[i], paths);
}

// "forward" of "forward__0", as torch.jit.script calls overloads.
std::string plain_name(const std::string& method) {
  const size_t end = method.rfind("__");
  const bool numbered = end != std::string::npos && end > 0 && end + 2 < method.size() &&
                        method.find_first_not_of("0123456789", end + 2) == std::string::npos;
  return numbered ? method.substr(0, end) : method;
}

}  // namespace

std::string scope_of(const ModuleCalls& calls, size_t from) {
  std::string out;
  for (size_t i = from; i < calls.size(); ++i) out += (out.empty() ? "" : ".") + calls[i].path;
  return out;
}

const std::string* CallFinder::path_of(const ObjectImpl* o, const RunPlace& outermost) {
  if (!o || !outermost.self) return nullptr;
  if (const auto top = paths_.find(outermost.self); top == paths_.end() || !top->second.empty()) {
    paths_.clear();
    find_modules(*outermost.self, "", paths_);
  }
  const auto at = paths_.find(o);
  return at == paths_.end() ? nullptr : &at->second;
}

void CallFinder::add_calls(const RunPlace* at, ModuleCalls& calls) {
  std::vector<const RunPlace*> places;  // from the innermost
  for (; at; at = at->caller) places.push_back(at);
  std::string inside;  // the path of the module that was found last
  for (size_t i = places.size(); i-- > 0;) {
    const RunPlace& place = *places[i];
    const std::string* path = path_of(place.self, *places.back());
    const std::string prefix = inside.empty() ? "" : inside + ".";
    if (path && path->size() > prefix.size() && path->starts_with(prefix)) {
      calls.push_back(
          {path->substr(prefix.size()), plain_name(place.function->name()), place.number});
      inside = *path;
    }
    // Code whose calls were inlined has records of where it was.
    const auto frames = source_of(place.model, *place.function, place.instruction);
    if (frames.empty()) continue;
    for (std::string& name : module_names(frames[0].module)) {
      inside += (inside.empty() ? "" : ".") + name;
      calls.push_back({std::move(name), "forward", 0});
    }
  }
}

ModuleCalls CallFinder::here() {
  ModuleCalls calls = trace_scopes();
  if (const RunPlace* at = current_place()) add_calls(at, calls);
  return calls;
}

ir::SourcePtr current_line() {
  const RunPlace* at = current_place();
  if (!at) return nullptr;
  const auto frames = source_of(at->model, *at->function, at->instruction);
  if (frames.empty()) return nullptr;
  ir::Source s;
  s.file = frames[0].file;
  s.line = frames[0].line;
  s.text = frames[0].text;
  s.function = frames[0].function;
  return s == ir::Source{} ? nullptr : std::make_shared<const ir::Source>(std::move(s));
}

}  // namespace tracing
}  // namespace tealight
