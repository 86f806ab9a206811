#include "runtime/saving.h"

#include "format/ptl_zip/zip_writer.h"
#include "runtime/interpreter.h"

namespace tealight {

SaveTarget SaveTarget::file(const std::string& path) {
  return {[path](const auto& write) { write_file(path, write); }, archive_root(path)};
}

SaveTarget SaveTarget::stream(std::ostream& out) {
  return {[&out](const auto& write) {
            StreamSink sink(out);
            write(sink);
          },
          "archive"};
}

std::optional<Value> GetState::operator()(const intrusive_ptr<ObjectImpl>& o) const {
  const Function* getstate = methods_.find(o->cls->name, "__getstate__");
  if (!getstate) return std::nullopt;
  RunContext context(module_.limits());
  context.model = &module_.file();
  context.methods = &methods_;
  return run(*getstate, {Value(o)}, context);
}

}  // namespace tealight
