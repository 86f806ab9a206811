// tealight info: what a file is and holds.  tealight ops: what the build can run.
#include <iomanip>

#include "command.h"
#include "format/load.h"
#include "graph/code.h"
#include "ops/registry.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

json describe_model(const Module& m, const std::string& path) {
  const ModelFile& f = m.file();
  json j{{"path", path},
         {"kind", f.kind},
         {"bytecode_version", f.bytecode_version},
         {"operator_version", f.operator_version},
         {"class", m.name()}};
  j["methods"] = json::array();
  for (const Method& method : m.get_methods()) {
    json one{{"name", method.name()}, {"instructions", method.function().code.instructions.size()}};
    if (method.schema()) one["schema"] = method.schema()->str();
    j["methods"].push_back(one);
  }
  uint64_t count = 0, size = 0;
  j["tensors"] = json::array();
  for (const auto& [name, t] : m.named_tensors()) {
    j["tensors"].push_back(
        {{"name", name}, {"dtype", python_name(t.scalar_type())}, {"shape", t.sizes().vec()}});
    count += uint64_t(t.numel());
    size += t.nbytes();
  }
  j["elements"] = count;
  j["tensor_bytes"] = size;
  j["operators"] = json::array();
  for (const OperatorInfo& o : m.operators())
    j["operators"].push_back({{"name", o.name}, {"uses", o.uses}, {"supported", o.supported}});
  j["extra_files"] = json::object();
  for (const auto& [name, text] : f.extra_files) j["extra_files"][name] = text.size();
  j["metadata"] = f.metadata;
  j["debug"] = !f.debug.empty();
  j["bundled_inputs"] = m.bundled_inputs().size();
  return j;
}

void print_model(const json& j) {
  std::cout << bold(j["path"]) << '\n'
            << "  " << j["kind"].get<std::string>() << ", bytecode version "
            << j["bytecode_version"] << ", operator version " << j["operator_version"] << '\n'
            << "  class " << j["class"].get<std::string>() << ", " << j["tensors"].size()
            << " tensors with " << j["elements"] << " elements (" << bytes_text(j["tensor_bytes"])
            << ")\n";
  std::cout << bold("methods") << '\n';
  for (const json& m : j["methods"])
    std::cout << "  "
              << (m.contains("schema") ? m["schema"].get<std::string>()
                                       : m["name"].get<std::string>() + "(...)")
              << dim(str("  ", m["instructions"].dump(), " instructions")) << '\n';
  std::cout << bold("operators") << '\n';
  for (const json& o : j["operators"])
    std::cout << "  " << (o["supported"] ? green("yes") : red("NO ")) << "  " << std::left
              << std::setw(40) << o["name"].get<std::string>() << dim(o["uses"].dump()) << '\n';
  for (const auto& [name, size] : j["extra_files"].items())
    std::cout << "extra file " << name << ", " << bytes_text(size) << '\n';
  for (const auto& [key, value] : j["metadata"].items())
    std::cout << "metadata " << key << " = " << value << '\n';
  if (j["bundled_inputs"] > 0) std::cout << j["bundled_inputs"] << " bundled inputs\n";
}

void print_bytecode(const Module& m) {
  for (const Method& method : m.get_methods()) {
    const Code& code = method.function().code;
    std::cout << bold(method.qualname()) << dim(str("  ", code.register_count, " registers"))
              << '\n';
    for (size_t i = 0; i < code.instructions.size(); ++i) {
      const Instruction& in = code.instructions[i];
      std::cout << std::right << std::setw(6) << i << "  " << std::left << std::setw(22)
                << opcode_name(in.op) << std::setw(6) << in.x << std::setw(4) << in.n;
      if ((in.op == OpCode::OP || in.op == OpCode::OPN) && size_t(in.x) < code.operators.size())
        std::cout << code.operators[size_t(in.x)].qualified();
      if (in.op == OpCode::LOADC && size_t(in.x) < code.constants.size()) {
        std::string text = repr(code.constants[size_t(in.x)]);
        if (text.size() > 60) text = text.substr(0, 57) + "...";
        std::cout << text;
      }
      std::cout << '\n';
    }
  }
}

struct InfoCommand {
  std::string model;
  bool json_output = false, bytecode = false;
  void operator()() const {
    LoadOptions options;
    options.check_operators = false;
    const Module m = Module::load(model, options);
    const json j = describe_model(m, model);
    if (json_output)
      std::cout << j.dump(1) << '\n';
    else if (bytecode)
      print_bytecode(m);
    else
      print_model(j);
  }
};

}  // namespace

void add_info(CLI::App& app) {
  auto c = std::make_shared<InfoCommand>();
  CLI::App* sub =
      app.add_subcommand("info", "Show what a model file is, its methods, tensors and operators");
  sub->add_option("MODEL", c->model, "model file")->required();
  sub->add_flag("--json", c->json_output, "as JSON");
  sub->add_flag("--bytecode,--code", c->bytecode, "list the instructions of every method");
  sub->footer(
      "Examples:\n  tealight info model.ptl\n  tealight info model.ptl --json | jq '.operators[] | select(.supported | not)'");
  sub->callback([c] { (*c)(); });
}

}  // namespace tealight::cli
