// Writes PyTorch's pickles: Values as torch::jit's own pickler puts them (docs/formats.md),
// protocol
// 2. What is shared in memory is shared in the pickle: containers, objects, storages.
#pragma once
#include <functional>
#include <map>

#include "format/ptl_zip/pickle_opcodes.h"
#include "format/ptl_zip/zip_writer.h"
#include "tealight/value.h"

namespace tealight {

/// The storages of one folder of an archive. Several pickles may share it.
class StorageTable {
 public:
  /// Keys are numbers, with `suffix` behind them.
  explicit StorageTable(std::string suffix = "") : suffix_(std::move(suffix)) {}
  /// The name of a storage's record; a new one when it was not seen before.
  const std::string& key(const intrusive_ptr<Storage>&);
  /// The records, in the order of their keys.
  void write(ZipWriter&, const std::string& folder) const;

 private:
  std::string suffix_;
  std::vector<std::pair<std::string, intrusive_ptr<Storage>>> records_;
  std::unordered_map<const Storage*, size_t> by_storage_;
};

/// What a pickle's surroundings tell of it.
struct PicklerContext {
  StorageTable* storages = nullptr;  // null: there can be no tensors
  /// What an object's __getstate__ gives; nothing: its attributes are its state.
  std::function<std::optional<Value>(const intrusive_ptr<ObjectImpl>&)> state;
  /// The name that a class has in the file; empty function: its own.
  std::function<std::string(const std::string& class_name)> class_name;
};

class Pickler {
 public:
  explicit Pickler(PicklerContext context);
  /// A whole pickle of one value.
  static std::string dump(const Value&, const PicklerContext&);

  void push(const Value&);
  /// The bytes, with what was pushed as the result.
  std::string finish() &&;

  // ---- the steps, for pickles that are no Values: those of Python's classes
  void opcode(pickle::Opcode op) { out_ += char(op); }
  void global(const std::string& qualified_name);
  void text(const std::string&);  // as a str, remembered
  void integer(int64_t);
  /// NEWOBJ of a class without arguments.
  void new_object(const std::string& class_name);

 private:
  void push_container(const Value&);  // what is pushed once and recalled from then on
  void fresh(const Value&);
  void real(double);
  void tuple(const std::vector<Value>&);
  void list(const ListImpl&);
  void list_items(const std::vector<Value>&);
  void dict(const DictImpl&);
  void tagged(const std::string& type);  // the end of a container with restore_type_tag
  void object(const intrusive_ptr<ObjectImpl>&);
  void attributes(const ObjectImpl&);
  void tensor(const Tensor&);
  void quantizer(const Quantizer&);
  void storage(const Tensor&);
  void sizes(IntArrayRef);
  void remember();  // what is on top, as the next number
  void recall(size_t number);

  PicklerContext context_;
  std::string out_;
  size_t next_ = 0;
  int depth_ = 0;
  std::unordered_map<std::string, size_t> texts_, globals_;
  std::unordered_map<const void*, size_t> seen_;
  std::vector<Value> kept_;  // so that no two things have one address
  std::map<std::pair<const Storage*, ScalarType>, size_t> storages_;
};

}  // namespace tealight
