// Editor: each change rewrites the graphs of a copy of the program, and is noted down as something
// to do outside of the old module, which the new one is compared with.
#include "tealight/edit.h"

#include "graph/free_batch.h"
#include "graph/passes/pass.h"
#include "runtime/batches.h"
#include "runtime/value_parts.h"
#include "runtime/with_program.h"
#include "script/edit_method.h"
#include "script/pass_context.h"
#include "script/program_copy.h"
#include "script/training_layers.h"
#include "tealight/factories.h"
#include "tealight/operators.h"

namespace tealight {
namespace {

using script::ScriptFunction;

void forget_sources(ir::Block& b) {
  for (const auto& n : b.nodes()) {
    n->set_source(nullptr);
    for (const auto& inner : n->blocks()) forget_sources(*inner);
    if (n->subgraph()) forget_sources(n->subgraph()->body());
  }
}

Tensor apply(const InputTransform& t, Tensor x) {
  if (t.bytes) x = x.to(kFloat);
  if (!t.size.empty())
    x = t.mode == "nearest"    ? upsample_nearest2d(x, t.size)
        : t.mode == "bilinear" ? upsample_bilinear2d(x, t.size, false)
                               : upsample_bicubic2d(x, t.size, false);
  x = x * t.scale;
  const auto by_channel = [](const std::vector<double>& v) {
    return tensor(v, kFloat).view({int64_t(v.size()), 1, 1});
  };
  if (!t.mean.empty()) x = x - by_channel(t.mean);
  return t.std.empty() ? x : x / by_channel(t.std);
}

Tensor apply(const OutputTransform& t, const Tensor& x) {
  if (t.function == "sigmoid") return sigmoid(x);
  if (t.function == "argmax") return argmax(x, t.dim);
  return t.function == "softmax" ? softmax(x, t.dim) : log_softmax(x, t.dim);
}

std::string text_of(const InputTransform& t) {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  if (t.bytes) add("from uint8");
  if (!t.size.empty()) add(str(t.mode, " to ", t.size[0], "x", t.size[1]));
  if (t.scale != 1) add(str("times ", t.scale));
  if (!t.mean.empty()) add("minus mean " + str(ArrayRef<double>(t.mean)));
  if (!t.std.empty()) add("by std " + str(ArrayRef<double>(t.std)));
  return text;
}

// One part is the result itself; several are a dict, list or tuple.
Value selected(const Value& whole, const std::vector<std::string>& outputs) {
  std::vector<Value> parts;
  bool direct = true;
  for (const std::string& o : outputs) {
    const std::vector<std::string> path = script::output_path(o);
    direct &= path.size() == 1;
    parts.push_back(part_of(whole, path));
  }
  if (parts.size() == 1) return parts[0];
  if (direct && whole.isList()) return make_list(whole.toListRef().element, std::move(parts));
  if (!direct || !whole.isGenericDict()) return Value(make_intrusive<TupleImpl>(std::move(parts)));
  auto dict = make_intrusive<DictImpl>(whole.toDictRef().key, whole.toDictRef().value);
  for (size_t i = 0; i < parts.size(); ++i) dict->insert_or_assign(Value(outputs[i]), parts[i]);
  return Value(std::move(dict));
}

}  // namespace

struct Editor::State {
  State(const Module& m, const std::string& method)
      : before(m),
        file(script::copy_program(with_program(m), std::set<std::string>())),
        name(method) {
    const Type root = *Type::named(TypeKind::Class, file.root.toObjectRef().cls->name);
    ScriptFunction* f = file.program->find_method(root, method);
    TL_CHECK(f, "the model has no method '", method, "'");
    edited = f;
    detach_callers();
  }

  // Other methods that call this one go on with what it was.
  void detach_callers() {
    const std::string root = file.root.toObjectRef().cls->name;
    ir::PassContext only = script::pass_context(*file.program);
    only.function = nullptr;
    only.method = [&, known = only.method](const Type& cls, const std::string& method) {
      return cls.name == root && method == name ? known(cls, method) : nullptr;
    };
    script::each_function(*file.program, [&](ScriptFunction& f) {
      if (&f != edited && f.graph) ir::inline_calls(*f.graph, only);
    });
  }

  void inline_all() { ir::inline_calls(*edited->graph, script::pass_context(*file.program)); }
  // They are for the method as it was.
  void drop_bundled_inputs() {
    const auto drop = [&](const std::string& what) {
      if (what.find("bundled_input") != what.npos) dropped.insert(what);
    };
    const ObjectImpl& root = file.root.toObjectRef();
    for (const auto& [method, f] : file.program->find_class(root.cls->name)->methods) drop(method);
    for (const std::string& attribute : root.cls->attributes) drop(attribute);
  }
  void clean_up() {
    const ir::PassContext context = script::pass_context(*file.program);
    static constexpr const char* kPasses[] = {"dead_code", "peephole", "dead_code"};
    ir::run_passes(*edited->graph, kPasses, context);
  }

  Module before;
  ModelFile file;
  std::string name;
  ScriptFunction* edited = nullptr;
  std::vector<std::string> changes;
  std::vector<std::function<void(std::vector<Value>&)>> inputs;  // what the old module gets of them
  std::vector<std::function<Value(const Value&)>> outputs;
  std::set<std::string> dropped;  // methods and attributes
};

Editor::Editor(const Module& m, const std::string& method)
    : state_(std::make_unique<State>(m, method)) {}
Editor::~Editor() = default;

void Editor::rename_input(const std::string& from, const std::string& to) {
  script::rename_input(*state_->edited, from, to);
  state_->changes.push_back("input " + from + " is now called " + to);
}

void Editor::transform_input(const InputTransform& t) {
  const size_t at = script::find_input(*state_->edited, t.input);
  script::transform_input(*state_->edited, t);
  state_->inputs.push_back([t, at](std::vector<Value>& values) {
    values.at(at - 1) = apply(t, values.at(at - 1).toTensor());
  });
  state_->changes.push_back("input " + state_->edited->schema.arguments[at].name + ": " +
                            text_of(t));
  state_->drop_bundled_inputs();
}

void Editor::transform_output(const OutputTransform& t) {
  script::transform_output(*state_->edited, t);
  state_->outputs.push_back([t](const Value& whole) {
    return replace_part(whole, script::output_path(t.output),
                        [&](const Value& v) { return Value(apply(t, v.toTensor())); });
  });
  state_->changes.push_back("output" + (t.output.empty() ? "" : " " + t.output) + ": " +
                            t.function);
}

void Editor::select_outputs(const std::vector<std::string>& outputs) {
  state_->inline_all();
  script::select_outputs(*state_->edited, outputs);
  state_->clean_up();
  state_->outputs.push_back([outputs](const Value& whole) { return selected(whole, outputs); });
  std::string names;
  for (const std::string& o : outputs) names += (names.empty() ? "" : ", ") + o;
  state_->changes.push_back("gives " + names + " only");
}

void Editor::free_batch_size(std::vector<Value> example, int64_t wanted) {
  const Batches batches(example, wanted);
  state_->inline_all();
  const auto with_self = [&](std::vector<Value> values) {
    values.insert(values.begin(), state_->file.root);
    return values;
  };
  std::vector<std::string> made = ir::free_batch_size(
      *state_->edited->graph, with_self(batches.one(0)), with_self(batches.all()));
  if (made.empty()) made = {"serves other batch sizes as it is"};
  state_->changes.insert(state_->changes.end(), made.begin(), made.end());
  state_->clean_up();
  batches.check(module().get_method(state_->name));
}

void Editor::evaluation_mode() {
  if (const size_t modules = script::leave_training(state_->file.root))
    state_->changes.push_back(str("training = False in ", modules, " modules"));
  for (const script::TrainingLayer& l : script::training_layers(state_->file)) {
    const std::string what = l.str();
    if (!ir::use_evaluation_mode(l.call)) continue;
    const bool counter = l.call.kind == ir::TrainingCall::Kind::counter;
    state_->changes.push_back(what + (counter ? " no longer counts" : " no longer trains"));
  }
}

void Editor::strip_debug() {
  script::each_function(*state_->file.program, [](ScriptFunction& f) {
    if (f.graph) forget_sources(f.graph->body());
  });
  state_->changes.push_back("no debug records");
}

const std::vector<std::string>& Editor::changes() const { return state_->changes; }

std::vector<std::string> Editor::remaining_training() const {
  std::vector<std::string> left;
  for (const script::TrainingLayer& l : script::training_layers(state_->file))
    left.push_back(l.str());
  return left;
}

Module Editor::module() const {
  return Module::make(script::copy_program(state_->file, state_->dropped));
}

Value Editor::expected(std::vector<Value> inputs) const {
  for (size_t i = state_->inputs.size(); i-- > 0;) state_->inputs[i](inputs);
  Value result = state_->before.get_method(state_->name)(std::move(inputs));
  for (const auto& change : state_->outputs) result = change(result);
  return result;
}

}  // namespace tealight
