// tealight strip: what a build of the library for chosen models must hold, as PyTorch's selective
// build writes it. tools/model_operators.py says the same of lite models without this command.
#include <fstream>
#include <set>

#include "command.h"
#include "format/load.h"
#include "format/ptl_zip/zip.h"
#include "tealight/code.h"
#include "tealight/context.h"
#include "tealight/dispatch.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

constexpr std::string_view kCustomClass = "__torch__.torch.classes.";

constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
    {"torch.classes.", "classes"},
    {"_rebuild_qtensor", "quantized_tensors"},
    {"_rebuild_sparse", "sparse_tensors"},
};

bool uses_floor_divide(const ModelFile& file) {
  for (const auto& f : file.functions)
    for (const OperatorUse& use : f->code.operators)
      if (use.name.find("floor_divide") != use.name.npos) return true;
  return false;
}

// What one or several models need.
struct Needs {
  std::map<std::string, std::set<std::string>> operators;  // with the models that use them
  std::set<std::string> classes, features, missing;

  void add_operators(const Module&, const std::string& path);
  void add_classes(const Value&);
  void add_features(const ModelFile&, const std::string& path);
};

// By the names of what they mean, which in old files are others.
void Needs::add_operators(const Module& m, const std::string& path) {
  for (const auto& f : m.file().functions)
    for (const OperatorUse& use : f->code.operators) {
      const std::string name = use.target ? schema_of(*use.target).qualified() : use.qualified();
      operators[name].insert(path);
      if (!use.target) missing.insert(name);
    }
}

void Needs::add_classes(const Value& v) {
  v.visit([&](const Value& inner) {
    if (inner.isObject() && inner.toObjectRef().cls->name.starts_with(kCustomClass))
      classes.insert(inner.toObjectRef().cls->name);
    return false;
  });
}

// What lies in the file besides operators, in the words of FEATURES in tools/model_operators.py,
// which looks for the same.
void Needs::add_features(const ModelFile& file, const std::string& path) {
  const ByteSource source = ByteSource::file(path);
  const FileKind kind = sniff(source);
  const auto add_names_in = [&](const Bytes& bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data), bytes.size);
    for (const auto& [sign, feature] : kSigns)
      if (text.find(sign) != text.npos) features.insert(std::string(feature));
  };
  if (kind == FileKind::ptl_flatbuffer) {
    features.insert("flatbuffer");
    return add_names_in(source.all());
  }
  features.insert(kind == FileKind::ptl_zip ? "zip" : "torchscript");
  const ZipFile zip(source);
  const bool debug = zip.has("mobile_debug.pkl") || zip.has("mobile_debug_handles.pkl");
  if (debug) features.insert("debug_info");
  // The records of places tell, too, which floor_divide a file means.
  const bool places = debug || (file.bytecode_version < 8 && uses_floor_divide(file));
  for (const ZipRecord& r : zip.records()) {
    if (r.deflated && (places || !r.name.starts_with("code/"))) features.insert("deflate");
    if (r.name == "data.pkl" || r.name == "bytecode.pkl" || r.name == "constants.pkl")
      add_names_in(zip.read(r));
  }
}

struct StripCommand {
  std::vector<std::string> models;
  std::string out;
  bool as_json = false;

  void add_to(CLI::App& app) {
    app.add_option("MODEL", models, "the models that one library is to run")
        ->required()
        ->type_name("FILE");
    app.add_option(
           "--out", out,
           "the list: .yaml as PyTorch's selective build takes it, any other name: a name a "
           "line")
        ->type_name("FILE");
    app.add_flag("--json", as_json, "the same as JSON");
  }

  int operator()() {
    Needs needs;
    for (const std::string& path : models) {
      LoadOptions options;
      options.check_operators = false;
      const Module m = Module::load(path, options);
      needs.add_operators(m, path);
      needs.add_classes(m.file().root);
      for (const auto& f : m.file().functions)
        for (const Value& constant : f->code.constants) needs.add_classes(constant);
      needs.add_features(m.file(), path);
    }
    for (const std::string& name : needs.missing)
      warn(name + " is not among Tealight's operators: the app must register it");
    if (!out.empty()) write(needs);
    if (as_json)
      print_json(as_json_of(needs));
    else if (out.empty())
      std::cout << lines(needs);
    else
      std::cout << out << ": " << counted(needs.operators.size(), "operator") << " of "
                << counted(models.size(), "model") << "\n";
    return 0;
  }

  void write(const Needs& needs) const {
    std::ofstream file(out);
    file << (out.ends_with(".yaml") ? yaml(needs) : lines(needs));
    TL_CHECK(file.flush(), "cannot write '", out, "'");
  }

  static std::string lines(const Needs& needs) {
    std::string text;
    for (const auto& [name, users] : needs.operators) text += name + "\n";
    return text;
  }

  static std::string yaml_list(const char* key, const std::set<std::string>& items) {
    if (items.empty()) return str(key, ": []\n");
    std::string text = str(key, ":\n");
    for (const std::string& item : items) text += "- " + item + "\n";
    return text;
  }

  static std::string yaml(const Needs& needs) {
    std::string text = "include_all_operators: false\ninclude_all_non_op_selectives: false\n";
    text += "operators:\n";
    for (const auto& [name, users] : needs.operators)
      text += str("  ", name,
                  ":\n"
                  "    is_root_operator: true\n"
                  "    is_used_for_training: false\n"
                  "    include_all_overloads: false\n");
    return text + "kernel_metadata: {}\n" + yaml_list("custom_classes", needs.classes) +
           yaml_list("build_features", needs.features);
  }

  static json as_json_of(const Needs& needs) {
    json operators = json::array();
    for (const auto& [name, users] : needs.operators)
      operators.push_back(
          {{"name", name}, {"supported", !needs.missing.contains(name)}, {"models", users}});
    return {{"operators", operators},
            {"custom_classes", needs.classes},
            {"build_features", needs.features}};
  }
};

}  // namespace

void add_strip(CLI::App& app) {
  add_command<StripCommand>(app, "strip",
                            "List the operators that a library for chosen models must hold",
                            "  tealight strip model.ptl\n"
                            "  tealight strip a.ptl b.pt --out operators.yaml\n"
                            "  cmake --preset selective -DTEALIGHT_MODELS=operators.yaml\n");
}

}  // namespace tealight::cli
