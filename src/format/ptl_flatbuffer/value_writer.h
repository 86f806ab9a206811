// The values of a PTMF module as they are written: each after those that it refers to.
#pragma once
#include <functional>
#include <map>
#include <unordered_map>

#include "format/ptl_flatbuffer/flat_builder.h"
#include "format/ptl_flatbuffer/schema.h"
#include "graph/code.h"

namespace tealight {

class PtmfValues {
 public:
  using States = std::function<std::optional<Value>(const intrusive_ptr<ObjectImpl>&)>;
  explicit PtmfValues(States states);

  /// The number of a value, which is written if it was not yet.
  uint32_t add(const Value&);
  /// Of a function. It comes before objects that restore themselves by it.
  uint32_t add(const Function&);
  /// When all is added: which class each function belongs to.
  void finish(const std::string& root_class);

  // What was written.
  const std::string& bytes() const { return out_.bytes(); }
  const std::vector<size_t>& places() const { return places_; }  // of the values' tables
  const std::vector<intrusive_ptr<Storage>>& storages() const { return storages_; }
  const std::vector<uint32_t>& functions() const { return functions_; }
  struct ObjectType {
    std::string name;
    ptmf::ObjectKind kind;
    std::vector<std::string> attributes;
    friend auto operator<=>(const ObjectType&, const ObjectType&) = default;
  };
  const std::vector<ObjectType>& object_types() const { return object_types_; }

 private:
  uint32_t write(const Value&);
  uint32_t next() const { return uint32_t(places_.size()); }
  size_t begin(ptmf::Kind kind);  // the table of the next value; where its offset is
  template <class T>
  uint32_t plain(ptmf::Kind kind, const T& v);
  uint32_t text(const std::string&);
  uint32_t tensor(const Tensor&);
  uint32_t list(const ListImpl&);
  uint32_t tuple(const std::vector<Value>&);
  uint32_t dict(const DictImpl&);
  uint32_t object(const intrusive_ptr<ObjectImpl>&);
  uint32_t enumerated(const EnumImpl&);
  std::vector<uint32_t> all(const std::vector<Value>&);
  void tensor_table(size_t field, const Tensor&);
  void quantizer_table(size_t field, const Quantizer&);
  void code(const FlatBuilder::Table&, const Function&, const std::vector<uint32_t>& constants);
  void schema(size_t field, const FunctionSchema&, const std::vector<uint32_t>& defaults);
  void arguments(size_t field, const std::vector<Argument>&, const std::vector<uint32_t>& defaults);
  uint32_t storage(const intrusive_ptr<Storage>&);
  uint32_t object_type(ObjectType);

  FlatBuilder out_;
  States states_;
  std::vector<size_t> places_;
  std::vector<Value> kept_;
  std::unordered_map<const void*, uint32_t> seen_;
  std::unordered_map<std::string, uint32_t> texts_;
  std::unordered_map<const Storage*, uint32_t> by_storage_;
  std::vector<intrusive_ptr<Storage>> storages_;
  std::map<ObjectType, uint32_t> by_type_;
  std::vector<ObjectType> object_types_;
  std::vector<uint32_t> functions_;
  std::map<std::string, uint32_t> setstates_;                     // by class
  std::vector<std::pair<size_t, std::string>> function_classes_;  // where the number goes
  int depth_ = 0;
};

}  // namespace tealight
