// How a trace comes about: run, run on other sizes, build, check. See tealight/trace.h.
#include "tealight/trace.h"

#include <algorithm>
#include <set>

#include "runtime/module_state.h"
#include "runtime/trace/explore.h"
#include "runtime/trace/outline.h"
#include "tealight/context.h"
#include "tealight/ops.h"

namespace tealight {
namespace tracing {
namespace {

std::string shapes(const std::vector<Value>& inputs) {
  std::string out;
  for (const Tensor& t : tensors_of(inputs)) out += str(out.empty() ? "" : ", ", t.sizes());
  return out;
}

std::string at(const ir::SourcePtr& s) {
  if (!s) return {};
  std::string out = s->scope;
  if (!s->file.empty()) out += str(out.empty() ? "" : " ", "(", s->file, ":", s->line, ")");
  return out;
}

// ---- warnings

// One warning for each operator, with the layers that call it.
void warn_of_training(const Run& run) {
  std::map<std::string, std::vector<std::string>> places;
  for (const Step& s : run.steps) {
    const FunctionSchema& schema = s.overload->schema;
    for (size_t i = 0; i < s.arguments.size() && i < schema.arguments.size(); ++i) {
      const std::string& name = schema.arguments[i].name;
      if ((name != "training" && name != "train") || !s.arguments[i].plain.isBool() ||
          !s.arguments[i].plain.toBool())
        continue;
      std::vector<std::string>& known = places[schema.name];
      const std::string place = at(s.source);
      if (std::find(known.begin(), known.end(), place) == known.end()) known.push_back(place);
    }
  }
  for (const auto& [name, at] : places) {
    std::string layers;
    for (const std::string& place : at)
      if (!place.empty()) layers += (layers.empty() ? " in " : ", ") + place;
    warn("trace: " + name + layers +
         " runs in training mode, and always will in the traced module. Call eval() first if it is "
         "for inference");
  }
}

void warn_of_reads(const Run& run) {
  std::set<std::string> said(run.reads.begin(), run.reads.end());
  for (const std::string& place : said)
    warn(str("trace: the function takes a number out of a tensor", place.empty() ? "" : " at ",
             place,
             ". The traced module does not: it keeps this number, and what was decided by it, as "
             "the example had it"));
}

// ---- comparing results

bool close(const Value& a, const Value& b, double tolerance);
bool all_close(const std::vector<Value>& a, const std::vector<Value>& b, double tolerance) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const Value& x, const Value& y) { return close(x, y, tolerance); });
}
bool close(const Value& a, const Value& b, double tolerance) {
  if (a.tag() != b.tag()) return false;
  if (a.isTensor()) {
    const Tensor &x = a.toTensor(), &y = b.toTensor();
    if (x.defined() != y.defined()) return false;
    if (!x.defined()) return true;
    if (x.scalar_type() != y.scalar_type() || x.sizes() != y.sizes()) return false;
    if (x.is_quantized()) return close(x.dequantize(), y.dequantize(), tolerance);
    return allclose(x, y, tolerance, tolerance, /*equal_nan=*/true);
  }
  if (a.isTuple()) return all_close(a.toTupleRef().items, b.toTupleRef().items, tolerance);
  if (a.isList()) return all_close(a.toListRef().items, b.toListRef().items, tolerance);
  if (!a.isGenericDict()) return a == b;
  const auto &x = a.toDictRef().entries(), &y = b.toDictRef().entries();
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [&](const auto& m, const auto& n) {
    return m.first == n.first && close(m.second, n.second, tolerance);
  });
}

// ---- the trace

class Tracer {
 public:
  Tracer(const TracedModule& self, const TracedFunction& f, const std::vector<Value>& inputs,
         const std::string& method, const TraceOptions& options)
      : self_(self), method_(method), options_(options), experiment_(f, inputs) {}

  Module trace() {
    main_ = experiment_.run();
    result_ = experiment_.result();
    check_result(result_);
    warn_of_training(main_);
    warn_of_reads(main_);
    if (options_.other_sizes) {
      free_ = find_free_sizes(experiment_, main_);
      run_all_at_once();
    }
    add_captured_parameters();
    Module m = build();
    if (options_.check) check(m);
    return m;
  }

 private:
  static void check_result(const Value& v) {
    const auto each = [](const std::vector<Value>& items) {
      for (const Value& item : items) check_result(item);
    };
    if (v.isTuple()) return each(v.toTupleRef().items);
    if (v.isList()) return each(v.toListRef().items);
    if (v.isGenericDict()) {
      for (const auto& [key, value] : v.toDictRef().entries()) check_result(value);
      return;
    }
    TL_CHECK(v.isTensor() || v.isScalar() || v.isNone() || v.isString(), "trace: the result is a ",
             v.tagKind(), "; it must be a tensor, or tuples, lists and dicts of these");
    TL_CHECK(!v.isTensor() || v.toTensor().defined(),
             "trace: the function returns an undefined tensor");
  }

  // Two sizes that have part in one number show only when both change.
  void run_all_at_once() {
    together_.reset();
    if (free_.size() < 2) return;
    for (size_t n : {1, 0})
      if (!together_) together_ = experiment_.try_run(all_at_once(free_, n), main_);
  }

  // A tensor from outside that learns is a parameter.
  void add_captured_parameters() {
    std::set<const TensorImpl*> known;
    for (const TracedTensor& t : main_.tensors)
      if (t.captured.defined() && t.captured.requires_grad() && t.captured.is_leaf() &&
          known.insert(t.captured.unsafeGetTensorImpl()).second && !holds(self_, t.captured))
        self_.parameters.emplace_back(str("param_", self_.parameters.size()), t.captured);
  }
  static bool holds(const TracedModule& m, const Tensor& t) {
    const auto is = [&](const auto& named) { return named.second.is_same(t); };
    return std::any_of(m.parameters.begin(), m.parameters.end(), is) ||
           std::any_of(m.buffers.begin(), m.buffers.end(), is) ||
           std::any_of(m.children.begin(), m.children.end(),
                       [&](const auto& c) { return holds(*c.second, t); });
  }

  // Sizes whose effect has no expression are given up, one after the other.
  Module build() {
    for (;;) {
      std::vector<const Run*> runs{&main_};
      std::vector<size_t> group{0};
      for (size_t g = 0; g < free_.size(); ++g)
        for (const Run& r : free_[g].runs) runs.push_back(&r), group.push_back(g);
      if (together_) runs.push_back(&*together_), group.push_back(free_.size() - 1);
      try {
        ModuleBuilder module(self_, options_.name);
        define_methods(GraphBuilder(runs, module, options_.names).build(), module, method_);
        ModelFile file = module.finish(method_);
        file.extra_files[kTracedExamples] = forms_text(method_, experiment_.inputs());
        return Module::make(std::move(file));
      } catch (const Unexplained& u) {
        give_up(group[u.run], u.what);
      }
    }
  }

  void give_up(size_t group, const std::string& what) {
    const FreeSize& f = free_.at(group);
    std::string dims;
    for (const InputDim& d : f.dims)
      dims += str(dims.empty() ? "" : ", ", "dimension ", d.dim, " of input ", d.tensor);
    warn(str("trace: ", dims, " stays ", f.example, " in the traced module: ", what,
             " depends on it in a way that cannot be expressed"));
    free_.erase(free_.begin() + std::ptrdiff_t(group));
    run_all_at_once();
  }

  // ---- checks

  void check(const Module& m) {
    const Run again = experiment_.run();
    const std::string other = difference(main_, again);
    if (!other.empty() || !close(result_, experiment_.result(), options_.check_tolerance))
      return warn(str("trace: the function does not do the same when it is called again",
                      other.empty() ? "" : ": ", other,
                      ". The traced module does what the first call did"));
    compare(m, {}, result_);
    if (free_.empty()) return;
    const NewSizes sizes = all_at_once(free_, 2);
    if (experiment_.try_run(sizes, main_)) compare(m, sizes, experiment_.result());
  }

  void compare(const Module& m, const NewSizes& sizes, const Value& wanted) {
    const std::vector<Value> inputs = experiment_.inputs(sizes);
    experiment_.rewind();
    const std::string for_these = "for inputs of sizes " + shapes(inputs);
    try {
      const Value got = m.get_method(method_)(inputs);
      if (!close(got, wanted, options_.check_tolerance))
        warn("trace: the traced module gives another result than the function " + for_these);
    } catch (const Error& e) {
      warn(str("trace: the traced module fails ", for_these, ": ", e.what()));
    }
    experiment_.take_back();
  }

  TracedModule self_;
  std::string method_;
  const TraceOptions& options_;
  Experiment experiment_;
  Run main_;
  Value result_;
  std::vector<FreeSize> free_;
  std::optional<Run> together_;
};

// Attributes that a method sets are as before when it is over.
class KeepAttributes {
 public:
  explicit KeepAttributes(const intrusive_ptr<ObjectImpl>& root) {
    Value(root).visit([&](const Value& v) {
      if (v.isObject()) saved_.emplace(v.toObject().get(), v.toObjectRef().slots);
      return false;
    });
  }
  ~KeepAttributes() {
    for (auto& [object, slots] : saved_) object->slots = std::move(slots);
  }
  KeepAttributes(const KeepAttributes&) = delete;

 private:
  std::map<ObjectImpl*, Slots> saved_;
};

}  // namespace
}  // namespace tracing

ScriptModule trace_values(const TracedFunction& f, std::vector<Value> inputs,
                          const TraceOptions& options) {
  return trace_values(TracedModule{}, f, std::move(inputs), options);
}

ScriptModule trace_values(const TracedModule& self, const TracedFunction& f,
                          std::vector<Value> inputs, const TraceOptions& options) {
  return tracing::Tracer(self, f, inputs, "forward", options).trace();
}

std::string detail::class_name_of(const std::string& cpp_name) {
  std::string name = cpp_name.substr(cpp_name.find_last_of(": ") + 1);  // npos + 1 is 0
  if (name.ends_with("Impl")) name.resize(name.size() - 4);
  return name.empty() ? "Module" : name;
}

ScriptModule trace(const Module& m, std::vector<Value> inputs, const std::string& method,
                   const TraceOptions& given) {
  const Method run = m.get_method(method);
  TraceOptions options = given;
  if (options.names.empty() && run.schema())
    for (size_t i = 1; i < run.schema()->arguments.size(); ++i)
      options.names.push_back(run.schema()->arguments[i].name);
  if (given.name == TraceOptions{}.name) options.name = m.name();
  const TracedFunction f = [&](std::vector<Value> v) {
    const tracing::KeepAttributes keep(m._ivalue());
    return run(std::move(v));
  };
  return tracing::Tracer(tracing::module_tree(*m._ivalue(), m.file().program.get()), f, inputs,
                         method, options)
      .trace();
}

}  // namespace tealight
