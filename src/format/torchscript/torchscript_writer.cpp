#include "format/torchscript/torchscript_writer.h"

#include <algorithm>

#include "format/lite_state.h"
#include "format/ptl_zip/pickler.h"
#include "format/torchscript/source_places.h"

namespace tealight {
namespace {

using script::PrintedProgram;

class Writer {
 public:
  Writer(const ModelFile& file, ByteSink& sink, const std::string& root,
         const WriteOptions& options)
      : file_(file),
        options_(options),
        states_(file, options),
        zip_(sink, root),
        program_(script::print_program(*file.program, file.root)) {}
  void write();

 private:
  PicklerContext context(StorageTable&);
  std::optional<Value> state(const intrusive_ptr<ObjectImpl>&) const;
  void extra_files();
  void pickle(const Value&, const std::string& name);
  void code();
  void version();

  const ModelFile& file_;
  const WriteOptions& options_;
  ObjectStates states_;
  ZipWriter zip_;
  PrintedProgram program_;
};

void Writer::write() {
  extra_files();
  pickle(file_.root, "data");
  code();
  pickle(make_tuple_value(program_.constants), "constants");
  version();
  zip_.add("byteorder", "little");
  zip_.finish();
}

PicklerContext Writer::context(StorageTable& storages) {
  PicklerContext c;
  c.storages = &storages;
  c.state = [this](const intrusive_ptr<ObjectImpl>& o) { return state(o); };
  c.class_name = [this](const std::string& name) {
    const auto at = program_.class_names.find(name);
    return at == program_.class_names.end() ? name : at->second;
  };
  return c;
}

// An object whose class has both __getstate__ and __setstate__ is written as what the one gives and
// the other takes.
std::optional<Value> Writer::state(const intrusive_ptr<ObjectImpl>& o) const {
  const script::Class* c = file_.program->find_class(o->cls->name);
  if (!c || !c->methods.contains("__getstate__") || !c->methods.contains("__setstate__"))
    return std::nullopt;
  std::optional<Value> v = states_(o);
  TL_CHECK(v, "an object of ", o->cls->name, " tells its state by __getstate__, which was not run");
  return v;
}

void Writer::extra_files() {
  for (const auto& [name, content] : all_extra_files(file_, options_))
    zip_.add("extra/" + name, content);
}

// data.pkl with data/0, data/1, ...
void Writer::pickle(const Value& v, const std::string& name) {
  StorageTable storages;
  const std::string bytes = Pickler::dump(v, context(storages));
  storages.write(zip_, name + "/");
  zip_.add(name + ".pkl", bytes);
}

// "__torch__.torch.nn" -> code/__torch__/torch/nn.py
void Writer::code() {
  constexpr size_t kWorthPacking = 200;
  const auto add = [&](const std::string& path, const std::string& content) {
    zip_.add(
        path, content,
        content.size() > kWorthPacking ? ZipWriter::Packing::deflated : ZipWriter::Packing::stored);
  };
  for (const auto& [prefix, file] : program_.files) {
    std::string path = "code/" + prefix + ".py";
    std::replace(path.begin(), path.end() - 3, '.', '/');
    add(path, file.text);
    if (const std::string places = source_places(file); !places.empty())
      add(path + ".debug_pkl", places);
  }
}

void Writer::version() {
  constexpr int64_t kHidden = 6;  // from this version on
  const std::string text = std::to_string(program_.operator_version) + "\n";
  zip_.add(program_.operator_version < kHidden ? "version" : ".data/version", text);
}

}  // namespace

void write_torchscript(const ModelFile& file, ByteSink& sink, const std::string& root,
                       const WriteOptions& options) {
  if (!file.program) {
    Error e("the model's program is not known, so there is no TorchScript to write",
            ErrorKind::unsupported);
    throw e.fix("read it with ReadOptions::keep_program");
  }
  Writer(file, sink, root, options).write();
}

}  // namespace tealight
