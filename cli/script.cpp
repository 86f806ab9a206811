// tealight script: a Python file to a model, as torch.jit.script has it.

#include "command.h"
#include "format/checkpoint/state_dict.h"
#include "listing.h"
#include "python/script_python.h"
#include "script/print_program.h"
#include "terminal.h"
#include "text_file.h"
#include "weights.h"
#include "writing.h"

namespace tealight::cli {
namespace {

namespace fs = std::filesystem;

// from blocks import Block: blocks.py beside the file, or blocks/__init__.py
script::SourceTextPtr find_file(const fs::path& folder, std::string module) {
  std::replace(module.begin(), module.end(), '.', '/');
  while (module.starts_with('/')) module.erase(0, 1);  // from .blocks import Block
  if (module.empty()) return nullptr;
  for (const std::string& name : {module + ".py", module + "/__init__.py"})
    if (fs::is_regular_file(folder / name))
      return std::make_shared<const script::SourceText>(
          script::SourceText{(folder / name).string(), text_file(folder / name)});
  return nullptr;
}

struct ScriptCommand {
  std::string file, out, weights;
  std::vector<std::string> arguments;
  python::ScriptOptions options;
  uint64_t seed = 0;
  bool eval = false, graph = false, code = false, json = false;
  CLI::Option* seed_option = nullptr;

  void add_to(CLI::App& app) {
    app.add_option("FILE", file, "the Python file")->required()->type_name("FILE");
    app.add_option("--class", options.name,
                   "the nn.Module class, function or variable; without it the file's only model")
        ->type_name("NAME");
    app.add_option("--arg", arguments,
                   "an argument of the class's constructor, a Python expression")
        ->type_name("NAME=VALUE");
    app.add_option("--weights", weights,
                   "parameters and buffers: a state_dict that torch.save wrote, or a model")
        ->type_name("FILE");
    seed_option = app.add_option("--seed", seed, "torch.manual_seed before the model is made")
                      ->type_name("N");
    app.add_flag("--eval", eval, "as after model.eval()");
    app.add_option("--out", out, "the file to write: .pt (TorchScript), .ptl, .ff.ptl (for mobile)")
        ->type_name("FILE");
    app.add_flag("--graph", graph, "print the graph of each method");
    app.add_flag("--code", code, "print the program as TorchScript writes it");
    app.add_flag("--json", json, "describe the model as JSON");
  }

  int operator()() {
    ModelFile model = scripted();
    if (!weights.empty()) load_weights(model.root, weights);
    if (graph) print_graphs(model);
    if (code) print_code(model);
    if (!out.empty()) write_model(model, out, {});
    if (!graph && !code) describe(model);
    return 0;
  }

 private:
  ModelFile scripted() {
    for (const std::string& a : arguments) {
      const size_t sign = a.find('=');
      if (sign == a.npos || sign == 0)
        throw UsageError("--arg " + a + ": no name", "write NAME=VALUE, as num_classes=10");
      options.arguments.emplace_back(a.substr(0, sign), a.substr(sign + 1));
    }
    if (seed_option->count()) options.seed = seed;
    options.training = !eval;
    options.find_file = [folder = fs::path(file).parent_path()](const std::string& module) {
      return find_file(folder, module);
    };
    return python::script_python(file, text_file(file), options);
  }

  static void print_graphs(const ModelFile& model) {
    for (const auto& f : model.functions) {
      script::ScriptFunction* known = model.program->find_function(f->qualified_name);
      if (!known)
        known =
            model.program->find_method(*Type::named(TypeKind::Class, f->class_name()), f->name());
      if (known && known->graph)
        std::cout << "# " << f->qualified_name << "\n" << known->graph->str() << "\n";
    }
  }

  static void print_code(const ModelFile& model) {
    for (const auto& [name, printed] : script::print_program(*model.program, model.root).files)
      std::cout << "# " << name << "\n" << printed.text << "\n";
  }

  void describe(const ModelFile& model) const {
    const StateDict tensors = state_dict_of(model.root.toObjectRef());
    int64_t numbers = 0;
    for (const auto& [name, tensor] : tensors) numbers += tensor.numel();
    nlohmann::json methods = nlohmann::json::array();
    std::string lines;
    const ClassType& cls = *model.root.toObjectRef().cls;
    for (const auto& f : model.functions) {
      if (f->class_name() != cls.name) continue;
      methods.push_back(f->schema->str());
      lines += "  " + f->schema->str() + "\n";
    }
    if (json)
      return print_json({{"class", cls.name},
                         {"tensors", tensors.size()},
                         {"numbers", numbers},
                         {"methods", methods},
                         {"out", out}});
    std::cout << cls.name << ": " << counted(tensors.size(), "tensor") << ", "
              << counted(size_t(numbers), "number") << "\n"
              << lines;
    if (!out.empty()) note(str("written to ", out, ", ", bytes_text(fs::file_size(out))));
  }
};

}  // namespace

void add_script(CLI::App& app) {
  add_command<ScriptCommand>(
      app, "script", "Make a model of a Python file, without Python",
      "  tealight script net.py --weights net.pth --eval --out net.ptl\n"
      "  tealight script net.py --class Net --arg num_classes=10 --seed 0 --out net.pt\n"
      "  tealight script functions.py --class scale --graph\n");
}

}  // namespace tealight::cli
