// Functions and the module around the values; start reading at read_ptl_flatbuffer.
#include "format/ptl_flatbuffer/ptl_flatbuffer.h"

#include "format/bytecode.h"
#include "format/file_error.h"
#include "format/nesting.h"
#include "format/ptl_flatbuffer/values.h"

namespace tealight {

using M = ptmf::Module;
using F = ptmf::Function;

void PtmfReader::read_function(const FlatTable& t) {
  auto f = std::make_unique<Function>();
  f->qualified_name = std::string(t.text(F::qn));
  try {
    read_code(t, f->code);
    if (t.has(F::schema)) f->schema = read_schema(f->name(), t.table(F::schema));
  } catch (const Error& e) {
    rethrow_as_corrupt(e, f->qualified_name);
  }
  functions_[uint32_t(values_.size())] = f.get();
  file_.functions.push_back(std::move(f));
}

void PtmfReader::read_code(const FlatTable& t, Code& code) {
  const auto instructions = t.vector<ptmf::Instruction>(F::instructions);
  memory_.take(instructions.size() * sizeof(Instruction), "reading instructions");
  for (size_t i = 0; i < instructions.size(); ++i) {
    const ptmf::Instruction in = instructions[i];
    if (in.op < 0 || in.op >= int(OpCode::kCount)) fail_unknown_instruction(str(int(in.op)));
    code.instructions.push_back({OpCode(in.op), in.n, in.x});
  }
  const size_t operators = t.table_count(F::operators);
  memory_.take(operators * sizeof(OperatorUse), "reading operators");
  for (size_t i = 0; i < operators; ++i) {
    const FlatTable op = t.table_at(F::operators, i);
    const auto n = op.number<int32_t>(ptmf::Operator::num_args_serialized, -1);
    code.operators.push_back(make_operator_use(std::string(op.text(ptmf::Operator::name)),
                                               std::string(op.text(ptmf::Operator::overload_name)),
                                               n));
  }
  code.constants = earlier_all(t.vector<uint32_t>(F::constants));
  const size_t types = t.table_count(F::type_annotations);
  memory_.take(types * sizeof(TypePtr), "reading types");
  for (size_t i = 0; i < types; ++i)
    code.types.push_back(types_.parse(t.text_at(F::type_annotations, i)));
  code.register_count = checked_register_count(t.number<int32_t>(F::register_size));
  if (!t.has(F::debug_info)) return;
  const auto handles = t.table(F::debug_info).vector<int64_t>(ptmf::DebugInfo::debug_handle);
  if (handles.size() != instructions.size()) return;
  memory_.take(handles.size() * sizeof(int64_t), "reading debug handles");
  for (size_t i = 0; i < handles.size(); ++i) code.debug_handles.push_back(handles[i]);
}

FunctionSchema PtmfReader::read_schema(const std::string& name, const FlatTable& t) {
  FunctionSchema schema;
  schema.name = name;
  schema.arguments = read_arguments(t, ptmf::Schema::arguments);
  schema.returns = read_arguments(t, ptmf::Schema::returns);
  return schema;
}

std::vector<Argument> PtmfReader::read_arguments(const FlatTable& t, int id) {
  const size_t count = t.table_count(id);
  memory_.take(count * sizeof(Argument), "reading a schema");
  std::vector<Argument> out(count);
  for (size_t i = 0; i < count; ++i) {
    const FlatTable arg = t.table_at(id, i);
    out[i].name = std::string(arg.text(ptmf::Arg::name));
    out[i].type = types_.parse(arg.text(ptmf::Arg::type));
    // Value 0 is None and stands for "no default" too.
    const auto value = arg.number<uint32_t>(ptmf::Arg::default_value);
    if (value != 0 || can_default_to_none(*out[i].type)) out[i].default_value = earlier(value);
  }
  return out;
}

namespace {

void read_head(const FlatTable& module, ModelFile& file, MemoryCap& memory) {
  file.kind = "PyTorch Mobile model (flatbuffer)";
  file.bytecode_version = module.number<uint32_t>(M::bytecode_version);
  file.operator_version = module.number<uint32_t>(M::operator_version);
  file.before_1_13 = !module.has(M::mobile_ivalue_size);
  const size_t storages = module.table_count(M::storage_data);
  memory.take(storages * sizeof(file.records[0]), "reading the list of storages");
  for (size_t i = 0; i < storages; ++i) {
    const FlatTable s = module.table_at(M::storage_data, i);
    file.records.emplace_back(str("storage ", i),
                              s.vector<uint8_t>(ptmf::StorageData::data).size());
  }
}

}  // namespace

void PtmfReader::read() {
  read_head(module_, file_, memory_);
  check_bytecode_version(file_.bytecode_version);
  check_operator_version(file_.operator_version);
  read_values();
  file_.root = earlier(module_.number<uint32_t>(M::state_obj));
  if (!file_.root.isObject())
    corrupt(str("the module's state is a ", file_.root.tagKind(), ", not an object"));
  // Whatever a function or a __setstate__ may get hold of.
  check_nesting(make_tuple_value(std::move(values_)), "the values of the module");
  file_.classes = types_.classes();
}

namespace {

std::map<std::string, std::string> extra_files(const FlatBuffer& buffer, int id,
                                               MemoryCap& memory) {
  std::map<std::string, std::string> out;
  const FlatTable module = buffer.root();
  for (size_t i = 0; i < module.table_count(id); ++i) {
    const FlatTable f = module.table_at(id, i);
    memory.take(f.text(ptmf::ExtraFile::content).size(), "reading extra files");
    out[std::string(f.text(ptmf::ExtraFile::name))] = std::string(f.text(ptmf::ExtraFile::content));
  }
  return out;
}

}  // namespace

ModelFile read_ptl_flatbuffer(const ByteSource& source, const ReadOptions& options) {
  ModelFile file;
  const Bytes bytes = source.all();
  PtmfReader(bytes, options, file).read();
  MemoryCap memory(options, bytes.size);
  file.extra_files = extra_files(FlatBuffer(bytes.span()), M::extra_files, memory);
  return file;
}

ModelFile read_flatbuffer_head(const ByteSource& source) {
  const Bytes bytes = source.all();
  MemoryCap memory({}, bytes.size);
  ModelFile file;
  read_head(FlatBuffer(bytes.span()).root(), file, memory);
  return file;
}

std::map<std::string, std::string> read_flatbuffer_extra_files(const ByteSource& source) {
  const Bytes bytes = source.all();
  MemoryCap memory({}, bytes.size);
  return extra_files(FlatBuffer(bytes.span()), M::extra_files, memory);
}

}  // namespace tealight
