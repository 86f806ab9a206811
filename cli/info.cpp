// tealight info: what a file is and holds.
#include "command.h"
#include "format/inspect.h"
#include "graph.h"
#include "inputs.h"
#include "listing.h"
#include "plans.h"
#include "runtime/trace/examples.h"
#include "runtime/with_program.h"
#include "script/print_program.h"
#include "tealight/data/file_io.h"
#include "tealight/schema.h"
#include "tealight/trace.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

bool is_torchscript(const FileInfo& f) {
  return f.kind == FileKind::torchscript_zip || f.kind == FileKind::torchscript_old_zip;
}

// Which PyTorch wrote the file, as far as its format tells.
std::string producer(const FileInfo& f) {
  const auto has = [&](const std::string& name) {
    return std::any_of(f.records.begin(), f.records.end(), [&](const auto& r) {
      return r.first == name || r.first.ends_with("/" + name);
    });
  };
  if (has(".data/serialization_id")) return "PyTorch 2.1 or newer";
  if (f.kind == FileKind::torchscript_old_zip) return "PyTorch 1.0 to 1.2";
  if (is_torchscript(f))
    return f.operator_version <= 1   ? "PyTorch 1.3 or 1.4"
           : f.operator_version == 2 ? "PyTorch 1.5"
                                     : "PyTorch 1.6 or newer";
  switch (f.bytecode_version) {
    case 0:
    case 3:
      return "PyTorch 1.5 or 1.6";
    case 4:
      return "PyTorch 1.7 or 1.8";
    case 5:
      return "PyTorch 1.9";
    case 6:
    case 7:
      return "PyTorch 1.10 or 1.11, or a newer one for it";
    default:
      return "PyTorch 1.12 or newer";
  }
}

struct Weight {
  std::string name;
  Tensor tensor;
};

// Attributes, packed layers and the constants of the code.
std::vector<Weight> weights_of(const Module& m) {
  std::vector<Weight> all;
  const auto add_packed = [&](const std::string& name, const Value& v) {
    const std::vector<Tensor> tensors = packed_tensors(v);
    for (size_t i = 0; i < tensors.size(); ++i)
      all.push_back({name + (i ? ".bias" : ".weight"), tensors[i]});
  };
  const std::function<void(const ObjectImpl&, const std::string&, int)> visit =
      [&](const ObjectImpl& o, const std::string& prefix, int depth) {
        for (size_t i = 0; i < o.slots.size() && depth < 200; ++i) {
          const Value& v = o.slots[i];
          const std::string name =
              prefix + (i < o.cls->attributes.size() ? o.cls->attributes[i] : std::to_string(i));
          if (v.isTensor() && v.toTensor().defined()) all.push_back({name, v.toTensor()});
          if (v.isCustomClass())
            add_packed(name, v);
          else if (v.isObject())
            visit(v.toObjectRef(), name + ".", depth + 1);
        }
      };
  visit(*m._ivalue(), "", 0);
  for (const auto& f : m.file().functions) {
    const auto& constants = f->code.constants;
    for (size_t i = 0; i < constants.size(); ++i) {
      const std::string name = str(f->name(), " constant ", i);
      if (constants[i].isTensor() && constants[i].toTensor().defined())
        all.push_back({name, constants[i].toTensor()});
      add_packed(name, constants[i]);
    }
  }
  return all;
}

// Name, type and default of each argument, and what it is in the example that is known.
json inputs_of(const Method& method, const std::vector<std::string>& examples) {
  json all = json::array();
  if (!method.schema()) return all;
  const auto& arguments = method.schema()->arguments;
  for (size_t i = 1; i < arguments.size(); ++i) {
    const Argument& a = arguments[i];
    json one{{"name", a.name}, {"type", a.type->annotation()}};
    if (a.default_value) one["default"] = repr(*a.default_value);
    if (i <= examples.size()) one["example"] = examples[i - 1];
    all.push_back(one);
  }
  return all;
}

// Of examples that were saved with the model, else of those that it was traced with.
std::vector<std::string> examples_of(const Module& m, const std::string& method) {
  std::vector<std::string> forms;
  try {
    const auto bundled = m.bundled_inputs(method);
    for (size_t i = 0; !bundled.empty() && i < bundled[0].size(); ++i)
      forms.push_back(tracing::form_of(bundled[0][i]));
  } catch (const Error&) {  // the model's own code gives them, and it may fail
  }
  return forms.empty() ? traced_examples(m, method) : forms;
}

json describe_model(const Module& m, const FileInfo& about) {
  const ModelFile& f = m.file();
  json j{{"path", about.path},
         {"kind", f.kind},
         {"file_bytes", about.size},
         {"bytecode_version", is_torchscript(about) ? json() : json(f.bytecode_version)},
         {"operator_version", f.operator_version},
         {"producer", producer(about)},
         {"class", m.name()},
         {"runnable", true}};
  j["methods"] = json::array();
  for (const Method& method : m.get_methods()) {
    json one{{"name", method.name()},
             {"signature", signature(method)},
             {"instructions", method.function().code.instructions.size()}};
    if (method.schema()) one["schema"] = method.schema()->str();
    one["inputs"] = inputs_of(method, examples_of(m, method.name()));
    j["methods"].push_back(one);
  }
  uint64_t count = 0, size = 0;
  j["weights"] = json::array();
  std::set<std::pair<const void*, int64_t>> counted;  // two names may stand for one tensor
  for (const auto& [name, t] : weights_of(m)) {
    j["weights"].push_back({{"name", name},
                            {"dtype", python_name(t.scalar_type())},
                            {"shape", t.sizes().vec()},
                            {"bytes", t.nbytes()}});
    if (!counted.insert({t.data_ptr(), t.numel()}).second) continue;
    count += uint64_t(t.numel());
    size += t.nbytes();
  }
  j["parameters"] = count;
  j["parameter_bytes"] = size;
  j["operators"] = json::array();
  for (const OperatorInfo& o : m.operators()) {
    j["operators"].push_back({{"name", o.name}, {"uses", o.uses}, {"supported", o.supported}});
    if (!o.supported) j["runnable"] = false;
  }
  j["extra_files"] = json::object();
  for (const auto& [name, text] : f.extra_files) j["extra_files"][name] = text.size();
  j["metadata"] = f.metadata;
  j["debug_records"] = !f.debug.empty();
  j["bundled_inputs"] = j["runnable"].get<bool>() ? m.bundled_inputs().size() : 0;
  return j;
}

std::string inputs_text(const json& inputs) {
  Table table({"<", "<", "<"});
  for (const json& i : inputs) {
    const std::string more = i.contains("example")   ? "e.g. " + i["example"].get<std::string>()
                             : i.contains("default") ? "default " + i["default"].get<std::string>()
                                                     : "";
    table.add({"    " + i["name"].get<std::string>(), i["type"], dim(more)});
  }
  return inputs.empty() ? "" : table.text();
}

void print_model(const json& j, bool with_weights) {
  const auto& weights = j["weights"];
  std::cout << bold(j["path"]) << "\n"
            << "  " << j["kind"].get<std::string>() << ", " << bytes_text(j["file_bytes"]) << "; "
            << (j["bytecode_version"].is_null()
                    ? ""
                    : str("bytecode version ", j["bytecode_version"].dump(), ", "))
            << "operator version " << j["operator_version"] << "\n"
            << "  written by " << j["producer"].get<std::string>()
            << (j["debug_records"] ? ", with debug records" : "") << "\n"
            << "  class " << j["class"].get<std::string>() << "\n"
            << "  " << j["parameters"] << " parameters in " << weights.size() << " tensors ("
            << bytes_text(j["parameter_bytes"]) << ")\n";
  std::cout << bold("methods") << "\n";
  for (const json& m : j["methods"]) {
    std::cout << "  " << m["signature"].get<std::string>()
              << dim(str("  ", m["instructions"], " instructions")) << "\n";
    if (m["name"] == "forward") std::cout << inputs_text(m["inputs"]);
  }
  const auto& operators = j["operators"];
  const auto missing = std::count_if(operators.begin(), operators.end(),
                                     [](const json& o) { return !o["supported"].get<bool>(); });
  std::cout << bold("operators") << "  "
            << (missing ? red(str(missing, " of ", operators.size(), " are not supported"))
                        : green(str("all ", operators.size(), " are supported")))
            << "\n";
  Table table({"<", "<", ">"});
  for (const json& o : operators)
    table.add({o["supported"] ? "  yes" : red("  NO"), o["name"], o["uses"].dump()});
  std::cout << table.text();
  if (with_weights) {
    Table list({"<", "<", "<", ">"});
    for (const json& w : weights)
      list.add({"  " + w["name"].get<std::string>(), w["dtype"], w["shape"].dump(),
                bytes_text(w["bytes"])});
    std::cout << bold("weights") << "\n" << list.text();
  }
  if (!j["extra_files"].empty()) std::cout << bold("extra files") << "\n";
  for (const auto& [name, size] : j["extra_files"].items())
    std::cout << "  " << name << ", " << bytes_text(size) << "\n";
  if (!j["metadata"].empty()) std::cout << bold("metadata") << "\n";
  for (const auto& [key, value] : j["metadata"].items())
    std::cout << "  " << key << " = " << value.get<std::string>() << "\n";
  if (j["bundled_inputs"] > 0)
    std::cout << bold("bundled inputs") << "  " << j["bundled_inputs"]
              << ": run the first with --bundled\n";
}

// A file that is no model of ours.
int describe_other(const FileInfo& f, bool as_json) {
  const json j{{"path", f.path},       {"kind", describe(f.kind)},
               {"file_bytes", f.size}, {"operator_version", f.operator_version},
               {"runnable", false},    {"advice", advice(f.kind)},
               {"problem", f.problem}};
  if (as_json) {
    print_json(j);
    return 1;
  }
  std::cout << bold(f.path) << "\n  " << describe(f.kind) << ", " << bytes_text(f.size);
  if (f.operator_version) std::cout << "; operator version " << f.operator_version;
  std::cout << "\n";
  if (!f.problem.empty()) std::cout << "  " << red(f.problem) << "\n";
  uint64_t shown = 0;
  for (const auto& [name, size] : f.records) {
    if (shown++ == 8) break;
    std::cout << dim(str("  ", name, ", ", bytes_text(size))) << "\n";
  }
  if (f.records.size() > 8) std::cout << dim(str("  ... ", f.records.size() - 8, " more")) << "\n";
  complain(str("this is no model that Tealight runs\n  fix: ", advice(f.kind)));
  return 1;
}

struct InfoCommand {
  std::string model, method;
  std::vector<std::string> inputs;
  std::string graph;
  PlanFlags plans;
  bool plan = false;
  bool as_json = false, bytecode = false, code = false, torchscript = false, weights = false,
       draw = false;

  void add_to(CLI::App& app) {
    app.add_option("MODEL", model, "model file")->type_name("FILE");
    app.add_option("INPUT", inputs, "as for run, for --plan (default: the first bundled example)")
        ->type_name("VALUE");
    app.add_flag("--plan", plan,
                 "what a call is compiled to: parts, their steps, kernels and memory");
    plans.add_to(app);
    app.add_flag("--json", as_json, "as JSON");
    app.add_flag("--weights", weights, "list every tensor as well");
    app.add_flag("--code", code, "the program, in the manner of Python");
    app.add_flag("--torchscript", torchscript,
                 "the whole program as TorchScript, of bytecode too: what convert writes to a .pt");
    app.add_flag("--bytecode", bytecode, "the program, instruction by instruction");
    app.add_option_function<std::string>(
           "--graph",
           [this](const std::string& to) {
             draw = true;
             if (to.ends_with(".svg"))
               graph = to;
             else if (!to.empty())
               model = to;  // --graph MODEL
           },
           "draw how tensors flow, as text, or into an .svg file the method of --method (else forward)")
        ->expected(0, 1)
        ->type_name("FILE");
    app.add_option("--method", method,
                   "of --code, --bytecode and --graph (default: all), of --plan (default: forward)")
        ->type_name("NAME");
  }

  int operator()() const {
    if (model.empty()) throw UsageError("MODEL is required", "see tealight info --help");
    const FileInfo about = inspect(ByteSource::file(model));
    if (!is_model(about.kind)) return describe_other(about, as_json);
    LoadOptions options;
    options.check_operators = false;
    options.keep_program = torchscript;
    options.limits.time = std::chrono::seconds(10);  // of the model's own code: bundled inputs
    const Module m = Module::load(model, options);
    const bool program = code || bytecode || torchscript || draw || plan;
    json j = program && !as_json ? json::object() : describe_model(m, about);
    if (torchscript) show_torchscript(m, j["torchscript"]);
    if (code || bytecode || draw) j["programs"] = programs(m);
    if (plan) j["plan"] = plan_of(m);
    if (as_json)
      print_json(j);
    else if (plan)
      std::cout << as_text(j["plan"]);
    else if (!program)
      print_model(j, weights);
    return 0;
  }

  json plan_of(const Module& m) const {
    const std::string name = method.empty() ? "forward" : method;
    const Method target = find_method(m, name);
    std::vector<Value> args;
    const auto bundled =
        inputs.empty() ? m.bundled_inputs(name) : decltype(m.bundled_inputs(name))();
    args = bundled.empty() ? parse_arguments(target, inputs, {}, m) : bundled[0];
    return tealight::cli::as_json(planned_parts(m, target, std::move(args), plans.precision));
  }

  // Prints what is asked for, or gives it, by method.
  json programs(const Module& m) const {
    std::vector<Method> methods;
    if (method.empty())
      methods = m.get_methods();
    else
      methods.push_back(find_method(m, method));
    json all = json::object();
    for (const Method& each : methods) {
      json& j = all[each.name()];
      // TorchScript's functions call each other; in mobile bytecode most are inlined.
      for (const Function* f : with_callees(each.function())) {
        const bool own = f == &each.function();
        if (bytecode) show(j["bytecode"], bytecode_text(*f, m.file()));
        if (code && own) show(j["code"], code_text(lift(each, m.file()), m.file()));
        if (code && !own)
          show(j["code"],
               dim("# " + f->qualified_name) + "\n" + code_text(lift(*f, m.file(), {}), m.file()));
      }
      if (draw) draw_graph(j["graph"], each, data_flow(lift(each, m.file()), m.file()));
    }
    return all;
  }

  // By the file that holds it in an archive.
  void show_torchscript(const Module& m, json& to) const {
    const ModelFile file = with_program(m);
    for (const auto& [name, printed] : script::print_program(*file.program, file.root).files) {
      to[name] = printed.text;
      if (!as_json) std::cout << dim("# " + name) << "\n" << printed.text << "\n";
    }
  }

  void show(json& to, const std::string& text) const {
    if (as_json)
      to = (to.is_null() ? "" : to.get<std::string>() + "\n") + text;
    else
      std::cout << text << '\n';
  }

  void draw_graph(json& to, const Method& m, const std::vector<ir::DrawnNode>& nodes) const {
    if (graph.empty() && !as_json)
      std::cout << bold(signature(m)) << '\n' << ir::drawn_text(nodes, {bold, dim}) << '\n';
    for (const ir::DrawnNode& n : nodes)
      to.push_back({{"operator", n.label},
                    {"module", n.module},
                    {"detail", n.detail},
                    {"inside", n.inside},
                    {"inputs", n.inputs}});
    if (graph.empty() || (method.empty() && m.name() != "forward")) return;
    const std::string title =
        std::filesystem::path(model).filename().string() + "  " + signature(m);
    const std::string svg = ir::drawn_svg(nodes, title);
    write_file(graph, std::as_bytes(std::span(svg.data(), svg.size())));
    note("written to " + graph);
  }
};

}  // namespace

void add_info(CLI::App& app) {
  add_command<InfoCommand>(
      app, "info", "Show what a model file is, its methods, weights and operators",
      "  tealight info model.ptl\n"
      "  tealight info model.ptl --code --method forward\n"
      "  tealight info model.ptl --graph flow.svg\n"
      "  tealight info model.ptl --plan rand:1,3,224,224\n"
      "  tealight info model.ptl --json | jq '.operators[] | select(.supported | not)'\n");
}

}  // namespace tealight::cli
