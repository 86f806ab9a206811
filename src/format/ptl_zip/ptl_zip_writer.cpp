// The records and their order are PyTorch's: docs/formats.md.
#include "format/ptl_zip/ptl_zip_writer.h"

#include "format/lite_functions.h"
#include "format/lite_state.h"
#include "format/ptl_zip/debug_writer.h"
#include "format/ptl_zip/pickler.h"

namespace tealight {
namespace {

constexpr int64_t kOldestWritten = 4, kNewestZip = 8;
constexpr int64_t kFirstInConstants = 5;   // tensors of functions lie in constants/
constexpr int64_t kFirstCounted = 6;       // operators say how many arguments they get
constexpr int64_t kFirstInDataFolder = 6;  // of the version record

Value tuple(std::vector<Value> items) { return make_tuple_value(std::move(items)); }
Value pair(const char* name, Value v) { return tuple({name, std::move(v)}); }

Value instructions_of(const std::vector<Instruction>& code) {
  std::vector<Value> out;
  out.reserve(code.size());
  for (const Instruction& i : code)
    out.push_back(tuple({opcode_name(i.op), int64_t(i.x), int64_t(i.n)}));
  return tuple(std::move(out));
}

Value operators_of(const Code& code, int64_t version) {
  std::vector<Value> out;
  for (const OperatorUse& u : code.operators)
    out.push_back(version < kFirstCounted ? tuple({u.name, u.overload})
                                          : tuple({u.name, u.overload, int64_t(u.specified)}));
  return tuple(std::move(out));
}

Value arguments_of(const std::vector<Argument>& arguments) {
  std::vector<Value> out;
  for (const Argument& a : arguments)
    out.push_back(tuple({pair("name", a.name), pair("type", a.type->annotation()),
                         pair("default_value", a.default_value.value_or(Value()))}));
  return tuple(std::move(out));
}

Value function_value(const Function& f, int64_t version) {
  size_t shift = 0;
  std::vector<Value> types;
  for (std::string& t : type_texts(f.code, shift)) types.emplace_back(std::move(t));
  const Value code = tuple({
      pair("instructions", instructions_of(shift_types(f.code.instructions, shift))),
      pair("operators", operators_of(f.code, version)),
      pair("constants", tuple(f.code.constants)),
      pair("types", tuple(std::move(types))),
      pair("register_size", int64_t(f.code.register_count)),
  });
  return tuple({f.qualified_name, code,
                tuple({pair("arguments", arguments_of(f.schema->arguments)),
                       pair("returns", arguments_of(f.schema->returns))})});
}

void check_version(int64_t version) {
  if (version >= kOldestWritten && version <= kNewestZip) return;
  Error e(str("bytecode version ", version, " cannot be written as a zip; ", kOldestWritten, " to ",
              kNewestZip, " can"),
          ErrorKind::unsupported);
  throw e.fix("choose one of these, or write a flatbuffer (version 9)");
}

void write_functions(ZipWriter& zip, const std::vector<std::unique_ptr<Function>>& functions,
                     int64_t version) {
  std::vector<Value> parts{version};
  for (const auto& f : functions) parts.push_back(function_value(*f, version));
  const bool in_constants = version >= kFirstInConstants;
  StorageTable storages(in_constants ? ".storage" : "");
  PicklerContext context;
  context.storages = &storages;
  const std::string record = Pickler::dump(tuple(std::move(parts)), context);
  storages.write(zip, in_constants ? "constants/" : "bytecode/");
  zip.add("constants.pkl", Pickler::dump(tuple({}), {}));
  zip.add("bytecode.pkl", record);
}

void write_root(ZipWriter& zip, const ModelFile& file, const WriteOptions& options) {
  const ObjectStates states(file, options);
  StorageTable storages;
  PicklerContext context;
  context.storages = &storages;
  context.state = [&](const intrusive_ptr<ObjectImpl>& o) { return states(o); };
  const std::string record = Pickler::dump(file.root, context);
  storages.write(zip, "data/");
  zip.add("data.pkl", record);
}

void write_metadata(ZipWriter& zip, const std::map<std::string, std::string>& metadata) {
  if (metadata.empty()) return;
  auto dict = make_intrusive<DictImpl>(Type::get(TypeKind::String), Type::get(TypeKind::String));
  for (const auto& [key, value] : metadata) dict->insert_or_assign(key, value);
  zip.add("metadata.pkl", Pickler::dump(Value(dict), {}));
}

}  // namespace

void write_ptl_zip(const ModelFile& file, ByteSink& sink, const std::string& root,
                   const WriteOptions& options) {
  check_version(options.bytecode_version);
  const auto functions = lite_functions(file, options.bytecode_version);
  const int64_t operators = operator_version_for(file);
  ZipWriter zip(sink, root);
  for (const auto& [name, contents] : all_extra_files(file, options))
    zip.add("extra/" + name, contents);
  write_root(zip, file, options);
  write_functions(zip, functions, options.bytecode_version);
  write_metadata(zip, file.metadata);
  if (options.debug_info) write_debug_records(zip, file, functions, options.bytecode_version);
  zip.add(operators < kFirstInDataFolder ? "version" : ".data/version", str(operators, "\n"));
  zip.finish();
}

}  // namespace tealight
