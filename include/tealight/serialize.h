// torch::save and torch::load: tensors, modules, optimizers, lists of tensors, in libtorch's file
// format, which is TorchScript's: attributes by name, modules nested.
//   torch::save(net, "net.pt");   torch::load(net, "net.pt");
// The weights alone, as Python's torch.save(net.state_dict()) has them: tealight/nn/state_dict.h.
#pragma once
#include <functional>
#include <iosfwd>

#include "tealight/nn/holder.h"
#include "tealight/script_module.h"

namespace torch::serialize {

/// Things by name, to be written to a file.
class TL_API OutputArchive {
 public:
  OutputArchive();
  /// libtorch's: the unit that classes of nested archives belong to. Not needed here.
  explicit OutputArchive(std::shared_ptr<CompilationUnit> unit);
  OutputArchive(OutputArchive&&) = default;
  OutputArchive& operator=(OutputArchive&&) = default;
  std::shared_ptr<CompilationUnit> compilation_unit() const { return unit_; }

  void write(const std::string& key, const Value& value);
  void write(const std::string& key, const Tensor& tensor, bool is_buffer = false);
  void write(const std::string& key, OutputArchive& nested);
  template <class... A>
  void operator()(A&&... a) {
    write(std::forward<A>(a)...);
  }

  /// A file appears whole or not at all.
  void save_to(const std::string& file);
  void save_to(std::ostream& stream);
  void save_to(const std::function<size_t(const void*, size_t)>& write);

 private:
  std::shared_ptr<CompilationUnit> unit_;
  ScriptModule module_;
};

/// What an OutputArchive wrote, or any TorchScript file.
class TL_API InputArchive {
 public:
  InputArchive();
  InputArchive(InputArchive&&) = default;
  InputArchive& operator=(InputArchive&&) = default;

  // try_read gives false, and read throws, when there is nothing of that name and kind. A tensor
  // that is defined stays the same handle and shows what was read.
  void read(const std::string& key, Value& value);
  bool try_read(const std::string& key, Value& value);
  void read(const std::string& key, Tensor& tensor, bool is_buffer = false);
  bool try_read(const std::string& key, Tensor& tensor, bool is_buffer = false);
  void read(const std::string& key, InputArchive& nested);
  bool try_read(const std::string& key, InputArchive& nested);
  template <class... A>
  void operator()(A&&... a) {
    read(std::forward<A>(a)...);
  }
  std::vector<std::string> keys() const;

  using ReadFunction = std::function<size_t(uint64_t position, void* to, size_t n)>;
  void load_from(const std::string& file, std::optional<Device> device = std::nullopt);
  void load_from(std::istream& stream, std::optional<Device> device = std::nullopt);
  void load_from(const char* data, size_t size, std::optional<Device> device = std::nullopt);
  void load_from(const ReadFunction& read, const std::function<size_t()>& size,
                 std::optional<Device> device = std::nullopt);

 private:
  const Value* find(const std::string& key) const;
  intrusive_ptr<ObjectImpl> object_;
  std::string prefix_;  // of names in messages
};

TL_API OutputArchive& operator<<(OutputArchive&, const Tensor&);
TL_API InputArchive& operator>>(InputArchive&, Tensor&);
TL_API OutputArchive& operator<<(OutputArchive&, const std::shared_ptr<nn::Module>&);
TL_API InputArchive& operator>>(InputArchive&, const std::shared_ptr<nn::Module>&);
template <class M>
OutputArchive& operator<<(OutputArchive& archive, const nn::ModuleHolder<M>& module) {
  return archive << std::shared_ptr<nn::Module>(module.ptr());
}
template <class M>
InputArchive& operator>>(InputArchive& archive, nn::ModuleHolder<M>& module) {
  return archive >> std::shared_ptr<nn::Module>(module.ptr());
}
TL_API OutputArchive& operator<<(OutputArchive&, const std::vector<Tensor>&);
/// Appends all.
TL_API InputArchive& operator>>(InputArchive&, std::vector<Tensor>&);

}  // namespace torch::serialize

namespace torch {

/// `to`: a file, a stream, or a function that takes bytes.
template <class T, class... To>
void save(const T& value, To&&... to) {
  serialize::OutputArchive archive;
  archive << value;
  archive.save_to(std::forward<To>(to)...);
}
template <class... To>
void save(const std::vector<Tensor>& tensors, To&&... to) {
  serialize::OutputArchive archive;
  archive << tensors;
  archive.save_to(std::forward<To>(to)...);
}
/// `from`: a file, a stream, bytes, or a function that gives them.
template <class T, class... From>
void load(T& value, From&&... from) {
  serialize::InputArchive archive;
  archive.load_from(std::forward<From>(from)...);
  archive >> value;
}

/// As Python's torch.save writes a value of numbers, strings, tensors, lists and dicts.
TL_API std::vector<char> pickle_save(const Value& value);
TL_API Value pickle_load(const std::vector<char>& bytes);

}  // namespace torch
