#include <istream>
#include <iterator>
#include <sstream>

#include "format/checkpoint/state_dict.h"
#include "tealight/nn/module.h"
#include "tealight/ops.h"
#include "tealight/serialize.h"

namespace torch::serialize {

// ---- writing

OutputArchive::OutputArchive() : OutputArchive(std::make_shared<CompilationUnit>()) {}
OutputArchive::OutputArchive(std::shared_ptr<CompilationUnit> unit)
    : unit_(std::move(unit)), module_("__torch__.Module") {}

void OutputArchive::write(const std::string& key, const Value& value) {
  module_.register_attribute(key, value.type(), value);
}
void OutputArchive::write(const std::string& key, const Tensor& tensor, bool is_buffer) {
  module_.register_parameter(key, tensor, is_buffer);
}
void OutputArchive::write(const std::string& key, OutputArchive& nested) {
  module_.register_module(key, nested.module_);
}

void OutputArchive::save_to(const std::string& file) { module_.save(file); }
void OutputArchive::save_to(std::ostream& stream) { module_.save(stream); }
void OutputArchive::save_to(const std::function<size_t(const void*, size_t)>& write) {
  std::ostringstream bytes;
  save_to(bytes);
  FunctionSink(write).write(bytes.view());
}

// ---- reading

InputArchive::InputArchive() : object_(ScriptModule("Module")._ivalue()) {}

const Value* InputArchive::find(const std::string& key) const { return object_->find_attr(key); }

bool InputArchive::try_read(const std::string& key, Value& value) {
  const Value* found = find(key);
  if (found) value = *found;
  return found;
}
void InputArchive::read(const std::string& key, Value& value) {
  TL_CHECK(try_read(key, value), "Module does not have a field with name '", prefix_, key, "'");
}

bool InputArchive::try_read(const std::string& key, Tensor& tensor, bool) {
  const Value* found = find(key);
  if (!found || !found->isTensor()) return false;
  const Tensor read = found->toTensor();
  NoGradGuard off;
  if (tensor.defined())
    tensor.set_(read);
  else
    tensor = read;
  return true;
}
void InputArchive::read(const std::string& key, Tensor& tensor, bool is_buffer) {
  TL_CHECK(try_read(key, tensor, is_buffer), "No such serialized tensor '", prefix_, key, "'");
}

bool InputArchive::try_read(const std::string& key, InputArchive& nested) {
  const Value* found = find(key);
  if (!found || !found->isObject() || found->isCustomClass()) return false;
  nested.object_ = found->toObject();
  nested.prefix_ = prefix_ + key + ".";
  return true;
}
void InputArchive::read(const std::string& key, InputArchive& nested) {
  TL_CHECK(try_read(key, nested), "No such serialized submodule: '", prefix_, key, "'");
}

std::vector<std::string> InputArchive::keys() const { return object_->cls->attributes; }

// What is read is copied: it will be trained, and the file may be written again.
void InputArchive::load_from(const char* data, size_t size, std::optional<Device> device) {
  TL_CHECK(!device || device->is_cpu(), "load: there is no device ", device->str(),
           "; Tealight computes on the CPU");
  object_ = Module::load(data, size)._ivalue();
  prefix_.clear();
}
void InputArchive::load_from(const std::string& file, std::optional<Device> device) try {
  const Bytes bytes = ByteSource::file(file).all();
  load_from(bytes.text().data(), bytes.size, device);
} catch (Error& e) {
  throw e.at(file);
}
void InputArchive::load_from(std::istream& stream, std::optional<Device> device) {
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  load_from(bytes.data(), bytes.size(), device);
}
void InputArchive::load_from(const ReadFunction& read, const std::function<size_t()>& size,
                             std::optional<Device> device) {
  std::string bytes(size(), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const size_t got = read(done, bytes.data() + done, bytes.size() - done);
    TL_CHECK(got > 0 && got <= bytes.size() - done, "load: the reader gave ", got, " of ",
             bytes.size() - done, " bytes at ", done);
    done += got;
  }
  load_from(bytes.data(), bytes.size(), device);
}

// ---- what is saved

OutputArchive& operator<<(OutputArchive& archive, const Tensor& tensor) {
  archive.write("0", tensor);
  return archive;
}
InputArchive& operator>>(InputArchive& archive, Tensor& tensor) {
  archive.read("0", tensor);
  return archive;
}
OutputArchive& operator<<(OutputArchive& archive, const std::shared_ptr<nn::Module>& module) {
  TL_CHECK(module, "Cannot serialize empty module");
  module->save(archive);
  return archive;
}
InputArchive& operator>>(InputArchive& archive, const std::shared_ptr<nn::Module>& module) {
  TL_CHECK(module, "Cannot deserialize empty module");
  module->load(archive);
  return archive;
}
OutputArchive& operator<<(OutputArchive& archive, const std::vector<Tensor>& tensors) {
  for (size_t i = 0; i < tensors.size(); ++i) archive.write(std::to_string(i), tensors[i]);
  return archive;
}
InputArchive& operator>>(InputArchive& archive, std::vector<Tensor>& tensors) {
  Tensor next;
  for (size_t i = 0; archive.try_read(std::to_string(i), next); ++i)
    tensors.push_back(std::exchange(next, Tensor()));
  return archive;
}

}  // namespace torch::serialize

namespace torch {

std::vector<char> pickle_save(const Value& value) {
  std::string bytes;
  StringSink sink(bytes);
  tealight::write_pickled(value, sink, "archive");
  return {bytes.begin(), bytes.end()};
}
Value pickle_load(const std::vector<char>& bytes) {
  return tealight::read_pickled(ByteSource::memory(bytes.data(), bytes.size()));
}

}  // namespace torch
