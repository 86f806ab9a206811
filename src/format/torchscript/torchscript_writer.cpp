#include "format/torchscript/torchscript_writer.h"

#include <algorithm>

#include "format/ptl_zip/pickler.h"
#include "script/print_program.h"

namespace tealight {
namespace {

using script::PrintedProgram;

class Writer {
 public:
  Writer(const ModelFile& file, ByteSink& sink, const std::string& root,
         const WriteOptions& options)
      : file_(file),
        options_(options),
        zip_(sink, root),
        program_(script::print_program(*file.program, file.root)) {
    for (const PendingState& p : file.pending) read_states_[p.object.get()] = &p.state;
  }
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
  ZipWriter zip_;
  PrintedProgram program_;
  std::map<const ObjectImpl*, const Value*> read_states_;  // of objects with a __setstate__
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
  if (options_.state)
    if (std::optional<Value> v = options_.state(o)) return v;
  const auto at = read_states_.find(o.get());
  TL_CHECK(at != read_states_.end(), "an object of ", o->cls->name,
           " tells its state by __getstate__, which was not run");
  return *at->second;
}

void Writer::extra_files() {
  std::map<std::string, std::string> all = options_.extra_files;
  all.insert(file_.extra_files.begin(), file_.extra_files.end());
  for (const auto& [name, content] : all) zip_.add("extra/" + name, content);
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
  for (const auto& [prefix, file] : program_.files) {
    std::string path = prefix;
    std::replace(path.begin(), path.end(), '.', '/');
    zip_.add("code/" + path + ".py", file.text,
             file.text.size() > kWorthPacking ? ZipWriter::Packing::deflated
                                              : ZipWriter::Packing::stored);
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
