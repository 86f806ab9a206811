// The file: the module's table and lists, the values, the bytes of the storages, which are the most
// by far and are written from where they lie.
#include "format/ptl_flatbuffer/ptl_flatbuffer_writer.h"

#include "format/lite_functions.h"
#include "format/lite_state.h"
#include "format/ptl_flatbuffer/value_writer.h"

namespace tealight {
namespace {

constexpr int64_t kVersion = 9;
constexpr size_t kAlignment = 64;  // of storages, and of where the values begin
using M = ptmf::Module;

class Head {
 public:
  Head(const PtmfValues& values, uint32_t state, int64_t operators) : values_(values) {
    out_.put(uint32_t(0));
    for (char c : {'P', 'T', 'M', 'F'}) out_.put(c);
    FlatFields f;
    f.number(M::bytecode_version, uint32_t(kVersion)).number(M::state_obj, state);
    f.number(M::operator_version, uint32_t(operators));
    f.number(M::storage_data_size, int32_t(values.storages().size()));
    f.number(M::mobile_ivalue_size, uint32_t(values.places().size()));
    for (int id : {M::extra_files, M::methods, M::ivalues, M::storage_data, M::object_types,
                   M::jit_sources, M::jit_constants})
      f.offset(id);
    module_ = out_.table(0, f);
  }

  void lists(const std::map<std::string, std::string>& extra_files) {
    out_.vector(at(M::methods), values_.functions());
    out_.vector(at(M::jit_constants), std::vector<uint32_t>());
    out_.offsets(at(M::jit_sources), 0);
    object_types();
    size_t file = out_.offsets(at(M::extra_files), extra_files.size());
    for (const auto& [name, content] : extra_files) {
      using E = ptmf::ExtraFile;
      const auto t = out_.table(std::exchange(file, file + 4),
                                FlatFields().offset(E::name).offset(E::content));
      out_.text(t.fields[E::name], name);
      out_.text(t.fields[E::content], content);
    }
  }

  /// With the values behind it; the storages follow, each at a multiple of 64 with its length in
  /// front.
  std::string finish() {
    const size_t values = out_.offsets(at(M::ivalues), values_.places().size());
    storage_tables();
    out_.align(kAlignment);
    const size_t base = out_.size();
    for (size_t i = 0; i < values_.places().size(); ++i)
      out_.point(values + 4 * i, base + values_.places()[i]);
    uint64_t end = base + values_.bytes().size();
    for (size_t i = 0; i < values_.storages().size(); ++i) {
      out_.point(fields_[i], length_place(end));
      end = length_place(end) + sizeof(uint32_t) + values_.storages()[i]->nbytes();
      TL_CHECK(end <= INT32_MAX,
               "the model is larger than the 2 GB that a flatbuffer can be; fix: write a zip");
    }
    return out_.bytes();
  }

  /// Where the length of a storage goes when `end` bytes are written.
  static uint64_t length_place(uint64_t end) {
    const uint64_t data = (end + sizeof(uint32_t) + kAlignment - 1) / kAlignment * kAlignment;
    return data - sizeof(uint32_t);
  }

 private:
  size_t at(int id) const { return module_.fields[size_t(id)]; }

  void object_types() {
    using T = ptmf::ObjectType;
    const auto& types = values_.object_types();
    size_t place = out_.offsets(at(M::object_types), types.size());
    for (const auto& type : types) {
      const auto t = out_.table(
          std::exchange(place, place + 4),
          FlatFields().offset(T::type_name).number(T::type, type.kind).offset(T::attr_names));
      out_.text(t.fields[T::type_name], type.name);
      size_t name = out_.offsets(t.fields[T::attr_names], type.attributes.size());
      for (const std::string& s : type.attributes) out_.text(std::exchange(name, name + 4), s);
    }
  }

  void storage_tables() {
    const size_t count = values_.storages().size();
    size_t place = out_.offsets(at(M::storage_data), count);
    for (size_t i = 0; i < count; ++i) {
      const auto t =
          out_.table(std::exchange(place, place + 4), FlatFields().offset(ptmf::StorageData::data));
      fields_.push_back(t.fields[ptmf::StorageData::data]);
    }
  }

  const PtmfValues& values_;
  FlatBuilder out_;
  FlatBuilder::Table module_;
  std::vector<size_t> fields_;  // offsets to the bytes of storages
};

}  // namespace

void write_ptl_flatbuffer(const ModelFile& file, ByteSink& sink, const WriteOptions& options) {
  const auto functions = lite_functions(file, kVersion);
  const ObjectStates states(file, options);
  PtmfValues values([&](const intrusive_ptr<ObjectImpl>& o) { return states(o); });
  for (const auto& f : functions) {
    if (!options.debug_info) f->code.debug_handles.clear();
    values.add(*f);
  }
  const uint32_t root = values.add(file.root);
  values.finish(file.root.toObjectRef().cls->name);
  Head head(values, root, operator_version_for(file));
  head.lists(all_extra_files(file, options));
  const std::string start = head.finish();
  sink.write(start);
  sink.write(values.bytes());
  uint64_t end = start.size() + values.bytes().size();
  for (const auto& s : values.storages()) {
    const uint64_t place = Head::length_place(end);
    const uint32_t length = uint32_t(s->nbytes());
    sink.write(std::string(size_t(place - end), '\0'));
    sink.write({reinterpret_cast<const uint8_t*>(&length), sizeof length});
    sink.write({static_cast<const uint8_t*>(s->data()), s->nbytes()});
    end = place + sizeof length + s->nbytes();
  }
}

}  // namespace tealight
