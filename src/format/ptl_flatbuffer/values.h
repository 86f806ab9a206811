// The values of a PTMF module: a list in which each may refer to earlier ones only.
#pragma once
#include "format/byte_source.h"
#include "format/options.h"
#include "format/ptl_flatbuffer/flat_reader.h"
#include "format/ptl_flatbuffer/schema.h"
#include "format/type_table.h"
#include "graph/code.h"

namespace tealight {

class PtmfReader {
 public:
  PtmfReader(const Bytes& bytes, const ReadOptions& options, ModelFile& file);
  void read();

 private:
  // values
  void read_values();
  Value read_value(const FlatTable&);
  Value read_tensor(const FlatTable&);
  intrusive_ptr<const Quantizer> read_quantizer(const FlatTable&, const Fact&);
  intrusive_ptr<Storage> storage(uint32_t index);
  Value read_list(const FlatTable&);
  Value read_tuple(const FlatTable&);
  Value read_dict(const FlatTable&);
  Value read_object(const FlatTable&);
  const Value& earlier(uint32_t index) const;
  std::vector<Value> earlier_all(const FlatVector<uint32_t>&);

  // functions
  void read_function(const FlatTable&);
  void read_code(const FlatTable&, Code&);
  FunctionSchema read_schema(const std::string& name, const FlatTable&);
  std::vector<Argument> read_arguments(const FlatTable&, int id);

  Bytes bytes_;
  FlatBuffer buffer_;
  FlatTable module_;
  const ReadOptions& options_;
  ModelFile& file_;
  MemoryCap memory_;
  TypeTable types_;
  std::vector<Value> values_;
  std::unordered_map<uint32_t, const Function*> functions_;  // by their place among the values
  std::unordered_map<uint32_t, intrusive_ptr<Storage>> storages_;
};

}  // namespace tealight
