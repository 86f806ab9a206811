#include "runtime/plan/compile.h"

#include <algorithm>

#include "core/tensor_watcher.h"
#include "graph/alias.h"
#include "ops/call.h"
#include "ops/copy.h"
#include "ops/packed.h"
#include "runtime/plan/recorder.h"
#include "tealight/ops.h"

namespace tealight::planning {
namespace {

// Tensors of the plan are placeholders; which memory each storage becomes is decided at the end.
struct Buffer {
  intrusive_ptr<Storage> storage;
  Place place;                        // input or result; an arena buffer has none yet
  int64_t origin = 0;                 // bytes before the first element of what `place` names
  size_t first = SIZE_MAX, last = 0;  // steps
  std::string name;
  bool has_views = false;
  size_t number = 0;  // in the order in which they were made
};

class Compiler : TensorWatcher {
 public:
  Compiler(const ir::Graph& g, const CompileOptions& options)
      : graph_(g), aliases_(g), options_(options), plan_(std::make_unique<Plan>()) {}

  std::unique_ptr<Plan> run(std::span<const Tensor> inputs, std::span<const Fact> results) {
    for (size_t i = 0; i < inputs.size(); ++i) add_input(i, inputs[i]);
    {
      const TensorWatcherScope watch(this);
      for (const auto& n : graph_.body().nodes()) compile(*n);
      for (size_t i = 0; i < results.size(); ++i) add_result(i, results[i]);
    }
    place_buffers();
    return std::move(plan_);
  }

 private:
  void read(const Tensor& t) override {
    if (!t.has_elements()) throw Stop{"a step reads elements while it is planned"};
  }
  Tensor select(const Tensor& t, int64_t i) override { return tealight::select(t, 0, i); }
  void copy(const Tensor& dst, const Tensor& src) override;

  void add_input(size_t i, const Tensor& t);
  void add_result(size_t i, const Fact&);
  void compile(const ir::Node&);
  void compile_node(const ir::Node&);
  void compile_call(const ir::Node&, const Overload&, std::vector<Value> args);
  std::vector<Value> call_view(const ir::Node&, const Overload&, std::vector<Value> args);
  bool is_as_eager(const Overload&, const std::vector<Value>& args) const;
  Value as_recorded(const Value&, const ir::Var*);
  std::vector<Tensor> call_kernels_of(const Overload&, std::vector<Value> args, bool as_eager);
  std::vector<Tensor> run_row(const Overload&, const PackedInputs&,
                              std::vector<const Tensor*> inputs, std::vector<Fact> facts,
                              ChosenKernel);
  Tensor laid_out(const Tensor&, const DimVector& strides);
  Tensor converted_to(const Tensor&, ScalarType);
  Tensor new_buffer(const Fact&);
  Buffer& buffer_of(const Tensor&);
  void add_step(const Overload&, ChosenKernel, std::span<const Tensor> outs,
                std::span<const Tensor* const> inputs);
  bool is_pinned(const ir::Var* v) const { return aliases_.may_be_written(v); }
  void place_buffers();

  struct Laid {  // a tensor in other strides, made before
    Tensor from, to;
    uint64_t version;
  };
  const ir::Graph& graph_;
  ir::AliasInfo aliases_;
  const CompileOptions options_;
  std::unique_ptr<Plan> plan_;
  std::unordered_map<const ir::Var*, Value> values_;
  std::unordered_map<const Storage*, Buffer> buffers_;
  std::vector<Laid> laid_out_;
  struct StepTensors {
    std::vector<Tensor> outs, ins;  // undefined: absent
  };
  std::vector<StepTensors> tensors_;  // by step
};

bool is_known(const Tensor& t) { return !t.defined() || !t.storage() || t.has_elements(); }

DimVector true_strides(const ir::Var* v) {
  DimVector strides;
  if (!v->info() || !v->info()->strides) throw Stop{"a view of a tensor of unknown strides"};
  for (const auto& s : *v->info()->strides) strides.push_back(*s);
  return strides;
}

// Whose quick kernels read pixels, all channels of one together. What lies between them takes
// either layout.
bool prefers_channels_last(const Overload& o) {
  static constexpr std::string_view kNames[] = {
      "aten::convolution",           "tealight::conv2d",       "tealight::conv_transpose2d",
      "tealight::inverted_residual", "tealight::shuffle_cat",  "tealight::shuffle_split",
      "quantized::conv2d",           "quantized::conv2d_relu", "tealight::quantized_conv2d"};
  return std::find(std::begin(kNames), std::end(kNames), o.schema.name) != std::end(kNames);
}

// ---- inputs and results

void Compiler::add_input(size_t i, const Tensor& t) {
  values_[graph_.body().parameter(i)] = t;
  Buffer b;
  b.storage = t.storage();
  b.place = {Place::Base::input, uint32_t(i), 0};
  b.origin = t.storage_offset() * t.element_size();
  b.has_views = true;
  buffers_.try_emplace(t.storage().get(), std::move(b));
}

// The step that makes it writes it where it belongs, if nothing else lies there; else it is copied.
void Compiler::add_result(size_t i, const Fact& wanted) {
  const Tensor t = values_.at(graph_.outputs()[i]).toTensor();
  const Place place{Place::Base::result, uint32_t(i), 0};
  if (!is_known(t)) {
    Buffer& b = buffer_of(t);
    if (b.place.base == Place::Base::none && !b.has_views && t.dtype() == wanted.dtype &&
        t.sizes() == IntArrayRef(wanted.sizes) && t.strides() == IntArrayRef(wanted.strides)) {
      b.place = place;
      return;
    }
  }
  const Tensor to = new_buffer(wanted);
  buffer_of(to).place = place;
  copy(to, t);
}

Tensor Compiler::new_buffer(const Fact& f) {
  const size_t bytes = storage_bytes(f.sizes, f.strides, f.itemsize());
  const Tensor t(Storage::placeholder(bytes), f, 0);
  Buffer& b = buffers_[t.storage().get()];
  b.storage = t.storage();
  b.number = buffers_.size();
  return t;
}

Buffer& Compiler::buffer_of(const Tensor& t) { return buffers_.at(t.storage().get()); }

// ---- nodes

void Compiler::compile(const ir::Node& n) {
  if (n.is("prim::Constant")) {
    values_[n.output()] = n.has_attribute("value") ? n.attribute("value") : Value();
    return;
  }
  try {
    compile_node(n);
  } catch (Stop& stop) {
    stop.why += ": " + n.kind();
    throw;
  }
}

void Compiler::compile_node(const ir::Node& n) {
  std::vector<Value> args;
  for (const ir::Var* v : n.inputs()) args.push_back(values_.at(v));
  if (n.is("prim::ListConstruct")) {
    values_[n.output()] = make_list(n.output()->type()->element(), std::move(args));
  } else if (n.is("prim::ListUnpack")) {
    for (size_t i = 0; i < n.outputs().size(); ++i)
      values_[n.output(i)] = args[0].toListRef().items[i];
  } else if (n.overload()) {
    compile_call(n, *n.overload(), std::move(args));
  } else {
    throw Stop{n.kind()};
  }
}

void Compiler::compile_call(const ir::Node& n, const Overload& o, std::vector<Value> args) {
  if (o.schema.name == "aten::copy_") {
    copy(args[0].toTensor(), args[1].toTensor());
    values_[n.output()] = args[0];
    return;
  }
  std::vector<Value> results;
  // What is written begins anew in every run.
  const bool written = o.op && o.op->infer &&
                       std::any_of(n.outputs().begin(), n.outputs().end(),
                                   [&](const auto& v) { return is_pinned(&*v); });
  if (!written && std::none_of(args.begin(), args.end(), holds_placeholder)) {
    results = std::move(args);
    call_kernels(o, results);
  } else if (o.op && o.op->infer) {
    const bool as_eager = is_as_eager(o, args);
    if (as_eager)
      for (size_t i = 0; i < args.size(); ++i) args[i] = as_recorded(args[i], n.input(i));
    for (Tensor& t : call_kernels_of(o, std::move(args), as_eager))
      results.emplace_back(std::move(t));
  } else {
    results = call_view(n, o, std::move(args));
  }
  for (size_t i = 0; i < results.size(); ++i) {
    const ir::Var* v = n.output(i);
    // What views of it write must reach it: it lies as the program thinks it does.
    if (results[i].isTensor() && !is_known(results[i].toTensor()) && is_pinned(v) && o.op->infer)
      results[i] = laid_out(results[i].toTensor(), true_strides(v));
    values_[v] = std::move(results[i]);
  }
}

// Layouts are the plan's to choose, but not in exact plans, and not of quantized tensors: what
// PyTorch's 8-bit operators other than convolutions compute depends on them.
bool Compiler::is_as_eager(const Overload& o, const std::vector<Value>& args) const {
  const auto quantized = [](const Value& v) {
    return v.visit([](const Value& inner) {
      return inner.isTensor() && inner.toTensor().defined() && inner.toTensor().is_quantized();
    });
  };
  return options_.precision == Precision::exact ||
         (!prefers_channels_last(o) && std::any_of(args.begin(), args.end(), quantized));
}

// A tensor, or a list of them, with the strides that the program thinks they have.
Value Compiler::as_recorded(const Value& value, const ir::Var* v) {
  if (value.isTensor() && !is_known(value.toTensor()))
    return laid_out(value.toTensor(), true_strides(v));
  if (!value.isList() || v->is_parameter() || !v->node()->is("prim::ListConstruct")) return value;
  std::vector<Value> items;
  for (size_t i = 0; i < value.toListRef().size(); ++i)
    items.push_back(as_recorded(value.toListRef()[i], v->node()->input(i)));
  return make_list(value.toListRef().element, std::move(items));
}

// A view that the layout of the plan does not allow is one of a contiguous copy.
std::vector<Value> Compiler::call_view(const ir::Node& n, const Overload& o,
                                       std::vector<Value> args) {
  const auto attempt = [&](const std::vector<Value>& from) {
    std::vector<Value> results = from;
    call_kernels(o, results);
    for (const Value& r : results)
      r.visit([&](const Value& v) {
        if (v.isTensor() && !is_known(v.toTensor())) buffer_of(v.toTensor()).has_views = true;
        return false;
      });
    return results;
  };
  const auto attempt_laid_out = [&](auto strides_of) {
    std::vector<Value> from = args;
    for (size_t i = 0; i < from.size(); ++i)
      if (from[i].isTensor() && !is_known(from[i].toTensor()))
        from[i] = laid_out(from[i].toTensor(), strides_of(from[i].toTensor(), n.input(i)));
    return attempt(from);
  };
  const auto as_it_was = [](const Tensor&, const ir::Var* v) { return true_strides(v); };
  if (o.schema.name == "aten::as_strided") return attempt_laid_out(as_it_was);
  try {
    return attempt(args);
  } catch (const Error&) {
    if (is_pinned(n.output())) throw Stop{o.schema.qualified() + " of what is written"};
  }
  return attempt_laid_out(
      [](const Tensor& t, const ir::Var*) { return contiguous_strides(t.sizes()); });
}

// ---- operators with kernels

bool lies_channels_last(const Value& v) {
  return v.isTensor() && v.toTensor().defined() && v.toTensor().dim() == 4 &&
         v.toTensor().is_contiguous(MemoryFormat::ChannelsLast);
}

// As compute() in ops/call.cpp, with steps for what is done there at once.
std::vector<Tensor> Compiler::call_kernels_of(const Overload& o, std::vector<Value> args,
                                              bool as_eager) {
  const Op& op = *o.op;
  if (has(op.traits, Trait::pointwise)) numbers_to_tensors(args);
  const bool strided = has(op.traits, Trait::strided | Trait::pointwise);
  if (!as_eager && prefers_channels_last(o))
    map_tensors(args, [&](const Tensor& t) {
      if (is_known(t) || t.dim() != 4) return t;
      return laid_out(t, contiguous_strides(t.sizes(), MemoryFormat::ChannelsLast));
    });
  std::vector<Fact> facts = infer_call(o, args);
  // A result may lie as the first input does, also where PyTorch's would not, or where one channel
  // leaves it open.
  std::vector<Fact> like_input = facts;
  if (!as_eager && !args.empty() && lies_channels_last(args[0]))
    for (Fact& f : like_input)
      if (f.dim() == 4) f.strides = contiguous_strides(f.sizes, MemoryFormat::ChannelsLast);
  bool narrow = false;
  if (has(op.traits, Trait::half_via_float))
    map_tensors(args, [&](const Tensor& t) {
      return is_half(t.scalar_type()) ? (narrow = true, converted_to(t, kFloat)) : t;
    });
  const PackedInputs packed;
  if (!strided && !narrow) {
    const std::vector<const Tensor*> inputs = tensors_of(o.schema, args);
    if (ChosenKernel chosen = choose_kernel({op, args, inputs, like_input}, o.schema.name,
                                            KernelLayout::channels_last);
        chosen.kernel)
      return run_row(o, packed, inputs, like_input, std::move(chosen));
  }
  const std::vector<Fact> wanted = facts;
  for (Fact& f : facts) {
    if (narrow && is_half(f.dtype)) f.dtype = kFloat;
    if (!strided) f.strides = contiguous_strides(f.sizes);
  }
  if (!strided)
    map_tensors(args, [&](const Tensor& t) { return laid_out(t, contiguous_strides(t.sizes())); });
  const std::vector<const Tensor*> inputs = tensors_of(o.schema, args);
  ChosenKernel chosen =
      choose_kernel({op, args, inputs, facts}, o.schema.name, KernelLayout::contiguous);
  std::vector<Tensor> outs = run_row(o, packed, inputs, facts, std::move(chosen));
  for (size_t i = 0; i < outs.size(); ++i) {
    if (outs[i].scalar_type() != wanted[i].dtype) outs[i] = converted_to(outs[i], wanted[i].dtype);
    if (as_eager) outs[i] = laid_out(outs[i], wanted[i].strides);
  }
  return outs;
}

std::vector<Tensor> Compiler::run_row(const Overload& o, const PackedInputs& packed,
                                      std::vector<const Tensor*> inputs, std::vector<Fact> facts,
                                      ChosenKernel chosen) {
  for (const Tensor*& t : inputs)  // lets go of weights that are only needed as they were packed
    if (t && is_known(*t) && t->storage() && packed.contains(*t)) t = nullptr;
  std::vector<Tensor> outs;
  for (const Fact& f : facts) outs.push_back(new_buffer(f));
  add_step(o, std::move(chosen), outs, inputs);
  return outs;
}

Tensor Compiler::converted_to(const Tensor& t, ScalarType dtype) {
  if (is_known(t)) return converted(t, dtype);
  Fact f(dtype, t.sizes());
  if (t.is_non_overlapping_and_dense()) f.strides = t.fact().strides;
  const Tensor to = new_buffer(f);
  copy(to, t);
  return to;
}

Tensor Compiler::laid_out(const Tensor& t, const DimVector& strides) {
  Fact f = t.fact();
  // Strides of dimensions of size one mean nothing.
  bool same = true;
  for (size_t d = 0; d < strides.size(); ++d)
    same = same && (f.sizes[d] == 1 || f.strides[d] == strides[d]);
  if (same || t.numel() == 0) return t;
  f.strides = strides;
  if (is_known(t)) {
    const Tensor to(f);
    copy_into(to, t);
    return to;
  }
  for (const Laid& l : laid_out_)
    if (l.from.is_same(t) && l.to.strides() == IntArrayRef(strides) &&
        l.version == t.storage()->version())
      return l.to;
  const Tensor to = new_buffer(f);
  copy(to, t);
  laid_out_.push_back({t, to, t.storage()->version()});
  return to;
}

void Compiler::copy(const Tensor& dst, const Tensor& given) {
  const Tensor src = given.sizes() == dst.sizes() ? given : given.expand(dst.sizes());
  if (dst.has_elements()) throw Stop{"a constant is written"};
  if (dst.is_quantized() != src.is_quantized()) throw Stop{"copy between quantized and not"};
  static const Overload& o = find_overload("tealight::materialize");
  const Tensor* const inputs[] = {&src};
  add_step(o, {copy_kernel(dst.fact(), src.fact()), "copy"}, {&dst, 1}, inputs);
  dst.storage()->bump();
}

void Compiler::add_step(const Overload& o, ChosenKernel chosen, std::span<const Tensor> outs,
                        std::span<const Tensor* const> inputs) {
  const size_t step = plan_->steps.size();
  StepTensors tensors;
  const auto use = [&](const Tensor& t) {
    if (is_known(t)) return;
    Buffer& b = buffer_of(t);
    b.first = std::min(b.first, step);
    b.last = std::max(b.last, step);
  };
  PlanStep s;
  for (const Tensor& t : outs) use(t), tensors.outs.push_back(t), s.bytes += t.nbytes();
  for (const Tensor* t : inputs) {
    tensors.ins.push_back(t ? *t : Tensor());
    if (t) use(*t);
  }
  s.kernel = std::move(chosen.kernel);
  s.overload = &o;
  s.row = chosen.row;
  if (!outs.empty()) {
    const Fact& f = outs[0].fact();
    s.output = str(f.dtype, f.sizes, f.quantizer ? str(" scale ", f.quantizer->scale) : "",
                   f.dim() == 4 && !f.is_contiguous() && f.is_contiguous(MemoryFormat::ChannelsLast)
                       ? " channels_last"
                       : "");
    if (!is_known(outs[0]) && buffer_of(outs[0]).name.empty())
      buffer_of(outs[0]).name = str(o.schema.name, " #", step);
  }
  plan_->steps.push_back(std::move(s));
  tensors_.push_back(std::move(tensors));
}

// ---- memory

void Compiler::place_buffers() {
  std::unordered_map<const Storage*, size_t> block_of;
  std::vector<const Buffer*> in_arena;
  for (const auto& [storage, b] : buffers_)
    if (b.place.base == Place::Base::none && b.first != SIZE_MAX) in_arena.push_back(&b);
  std::sort(in_arena.begin(), in_arena.end(), [](const Buffer* a, const Buffer* b) {
    return std::tie(a->first, a->number) < std::tie(b->first, b->number);
  });
  for (const Buffer* b : in_arena) {
    block_of[b->storage.get()] = plan_->blocks.size();
    plan_->blocks.push_back({0, b->storage->nbytes(), b->first, b->last, b->name});
  }
  const size_t first_scratch = plan_->blocks.size();
  for (size_t i = 0; i < plan_->steps.size(); ++i)
    if (const size_t bytes = plan_->steps[i].kernel.scratch_bytes())
      plan_->blocks.push_back({0, bytes, i, i, "scratch"});
  plan_->arena_bytes = place_blocks(plan_->blocks);

  const auto place = [&](const Tensor& t) -> Place {
    if (!t.defined()) return {};
    if (is_known(t)) {
      plan_->constants.push_back(t);
      return {Place::Base::constant, uint32_t(plan_->constants.size() - 1), 0};
    }
    const Buffer& b = buffer_of(t);
    Place p = b.place;
    p.offset = t.storage_offset() * t.element_size() - b.origin;
    if (p.base == Place::Base::none) {
      p.base = Place::Base::arena;
      p.offset += int64_t(plan_->blocks[block_of.at(t.storage().get())].offset);
    }
    return p;
  };
  size_t scratch = first_scratch;
  for (size_t i = 0; i < plan_->steps.size(); ++i) {
    PlanStep& s = plan_->steps[i];
    for (const Tensor& t : tensors_[i].outs) {
      s.outs.push_back(place(t));
      if (s.outs.back().base == Place::Base::input)
        plan_->written_inputs.push_back(s.outs.back().number);
    }
    for (const Tensor& t : tensors_[i].ins) s.ins.push_back(place(t));
    if (s.kernel.scratch_bytes()) s.scratch = int64_t(plan_->blocks[scratch++].offset);
  }
}

}  // namespace

std::unique_ptr<Plan> compile(const ir::Graph& g, std::span<const Tensor> inputs,
                              std::span<const Fact> results, const CompileOptions& options) {
  return Compiler(g, options).run(inputs, results);
}

}  // namespace tealight::planning
