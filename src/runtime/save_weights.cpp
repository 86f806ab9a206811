// Weights alone: state dicts, and the maps of on-device training.
#include "format/checkpoint/state_dict.h"
#include "format/ptl_flatbuffer/ptl_flatbuffer_writer.h"
#include "runtime/target.h"
#include "tealight/libtorch_save.h"
#include "tealight/save.h"

namespace tealight {

StateDict load_state_dict(const std::string& path) {
  return read_state_dict(ByteSource::file(path));
}
StateDict state_dict(const Module& m) { return state_dict_of(*m._ivalue()); }

namespace {

void save_state_dict(const StateDict& tensors, const Target& target) {
  target.open([&](ByteSink& sink) { write_state_dict(tensors, sink, target.root); });
}

}  // namespace

void save_state_dict(const StateDict& tensors, const std::string& path) {
  save_state_dict(tensors, file_target(path));
}
void save_state_dict(const StateDict& tensors, std::ostream& out) {
  save_state_dict(tensors, stream_target(out));
}

namespace libtorch {
namespace {

Value dict_of(const std::map<std::string, Tensor>& map) {
  auto dict = make_intrusive<DictImpl>(Type::get(TypeKind::String), Type::get(TypeKind::Tensor));
  for (const auto& [name, tensor] : map) dict->insert_or_assign(name, tensor);
  return Value(std::move(dict));
}

// PyTorch's flatbuffers hold a module with the dict as its one attribute.
ModelFile module_of(const Value& dict) {
  auto cls = make_intrusive<ClassType>("__torch__.SavedParameters");
  cls->add_attribute("data");
  auto object = make_intrusive<ObjectImpl>(cls);
  object->slots[0] = dict;
  ModelFile file;
  file.root = Value(std::move(object));
  return file;
}

void save(const std::map<std::string, Tensor>& map, const Target& target, bool use_flatbuffer) {
  const Value dict = dict_of(map);
  target.open([&](ByteSink& sink) {
    if (use_flatbuffer)
      write_ptl_flatbuffer(module_of(dict), sink, {});
    else
      write_pickled(dict, sink, target.root);
  });
}

}  // namespace

void _save_parameters(const std::map<std::string, Tensor>& map, std::ostream& out,
                      bool use_flatbuffer) {
  save(map, stream_target(out), use_flatbuffer);
}
void _save_parameters(const std::map<std::string, Tensor>& map, const std::string& file,
                      bool use_flatbuffer) {
  save(map, file_target(file), use_flatbuffer);
}

}  // namespace libtorch
}  // namespace tealight
