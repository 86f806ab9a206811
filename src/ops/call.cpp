// How every call runs: find the form (functional, in place, out=), infer, allocate, prepare, run.
#include "ops/call.h"

#include <algorithm>
#include <cstdio>

#include "core/log.h"
#include "ops/autograd/record.h"
#include "ops/copy.h"
#include "tealight/grad_mode.h"
#include "tealight/observer.h"

namespace tealight {

void fail_missing_argument(size_t index, size_t given) {
  fail(str("takes at most ", index, " arguments, but got ", given));
}
const Value& none_value() {
  static const Value none;
  return none;
}
FactList unpack_facts(const Value& list) {
  FactList facts;
  for (const Value& v : list.toListRef().items) facts.push_back(unpack<OptionalFact>(v));
  return facts;
}

namespace {

const Tensor* present(const Value& v) {
  return v.isTensor() && v.toTensor().defined() ? &v.toTensor() : nullptr;
}

bool is_tensor_type(const Type& t) {
  return t.is(TypeKind::Tensor) || (t.is(TypeKind::Optional) && is_tensor_type(*t.element()));
}

}  // namespace

std::vector<const Tensor*> tensors_of(const FunctionSchema& schema, Args args) {
  std::vector<const Tensor*> tensors;
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i].isTensor()) {
      tensors.push_back(present(args[i]));
    } else if (args[i].isNone()) {
      if (i < schema.arguments.size() && is_tensor_type(*schema.arguments[i].type))
        tensors.push_back(nullptr);
    } else if (args[i].isList()) {
      const ListImpl& list = args[i].toListRef();
      if (list.element->is(TypeKind::Tensor) || list.element->is(TypeKind::Optional) ||
          (!list.items.empty() && list.items[0].isTensor()))
        for (const Value& v : list.items) tensors.push_back(present(v));
    }
  }
  return tensors;
}

void fail_status(const std::string& op_name, const Status& status) {
  char text[256];
  std::snprintf(text, sizeof text, status.format, status.a, status.b, status.c);
  throw IndexError(str(op_name, ": ", text));
}

void map_tensors(std::vector<Value>& args, FunctionRef<Tensor(const Tensor&)> f) {
  for (Value& v : args) {
    if (present(v)) {
      v = f(v.toTensor());
    } else if (v.isList() && std::any_of(v.toListRef().begin(), v.toListRef().end(), present)) {
      std::vector<Value> items = v.toListRef().items;
      for (Value& item : items)
        if (present(item)) item = f(item.toTensor());
      v = make_list(v.toListRef().element, std::move(items));
    }
  }
}

// The pointwise kernels see numbers as 0-d tensors.
void numbers_to_tensors(std::vector<Value>& args) {
  for (Value& v : args)
    if (v.isScalar()) v = wrapped_scalar_tensor(v.toScalar());
}

namespace {

bool is_channels_last(const Call& call) {
  const auto dense = [](const Fact& f) {
    return (f.dim() == 4 && f.is_contiguous(MemoryFormat::ChannelsLast)) ||
           (f.dim() == 5 && f.is_contiguous(MemoryFormat::ChannelsLast3d));
  };
  const auto small = [](const Fact& f) { return f.dim() < 4 && f.is_contiguous(); };
  return !call.inputs.empty() && call.has_in(0) && dense(call.in(0)) && !call.outs.empty() &&
         (dense(call.out()) || small(call.out()));
}

[[noreturn]] void fail_no_kernel(const Call& call, const std::string& name,
                                 const std::string& reasons) {
  std::string given;
  for (const Tensor* t : call.inputs)
    given += given.empty() ? "" : ", ", given += t ? str(t->scalar_type(), t->sizes()) : "None";
  fail(str(name, ": no kernel takes (", given, ")", reasons), ErrorKind::unsupported);
}

}  // namespace

ChosenKernel choose_kernel(const Call& call, const std::string& name, KernelLayout layout) {
  if (layout == KernelLayout::channels_last && !is_channels_last(call)) return {};
  std::string reasons;
  const bool log = logged("dispatch");
  for (const Impl& impl : call.op.kernels) {
    if (impl.layout != layout) continue;
    Offer offer = impl.prepare(call);
    if (log) log_line(str(name, ": ", impl.name, " ", offer.refused ? offer.refused : "runs"));
    if (!offer.refused) return {std::move(offer.kernel), impl.name};
    reasons += str("\n  ", impl.name, ": ", offer.refused);
  }
  if (layout == KernelLayout::contiguous) fail_no_kernel(call, name, reasons);
  return {};
}

namespace {

void run_kernel(const Kernel& kernel, std::span<const Tensor* const> inputs, std::span<Tensor> outs,
                const std::string& name) {
  std::vector<const void*> in;
  std::vector<void*> out;
  for (const Tensor* t : inputs) {
    in.push_back(t ? t->data_ptr() : nullptr);
    TL_ASSERT(!t || in.back() || t->numel() == 0 || t->storage(), name,
              ": an argument has no elements, only facts");
  }
  for (const Tensor& t : outs) out.push_back(t.data_ptr());
  intrusive_ptr<Storage> scratch;
  if (kernel.scratch_bytes()) scratch = make_intrusive<Storage>(kernel.scratch_bytes());
  const Status status =
      kernel({out.data(), in.data(), scratch ? static_cast<std::byte*>(scratch->data()) : nullptr});
  if (!status.ok()) fail_status(name, status);
}

}  // namespace

std::vector<Fact> infer_call(const Overload& o, Args args) {
  try {
    return o.op->infer(args);
  } catch (Error& e) {
    e.at(o.schema.qualified());
    throw;
  }
}

namespace {

bool on_meta(Args args) {
  return std::any_of(args.begin(), args.end(), [](const Value& v) {
    if (v.isList()) return on_meta(v.toListRef().items);
    return v.isTensor() && v.toTensor().defined() && v.toTensor().device() == kMeta;
  });
}

// Results of the device meta: their elements are never written.
std::vector<Tensor> without_elements(std::span<const Fact> facts) {
  std::vector<Tensor> outs(facts.begin(), facts.end());
  for (Tensor& t : outs) t.unsafeGetTensorImpl()->device = kMeta;
  return outs;
}

// Infer, allocate, prepare and run into new tensors.
std::vector<Tensor> compute(const Overload& o, std::vector<Value> args) {
  const Op& op = *o.op;
  if (has(op.traits, Trait::pointwise)) numbers_to_tensors(args);
  std::vector<Fact> facts = infer_call(o, args);
  if (on_meta(args)) return without_elements(facts);
  const bool strided = has(op.traits, Trait::strided | Trait::pointwise);
  bool narrow = false;
  if (has(op.traits, Trait::half_via_float))
    map_tensors(args, [&](const Tensor& t) {
      return is_half(t.scalar_type()) ? (narrow = true, converted(t, kFloat)) : t;
    });
  if (!strided && !narrow) {
    const std::vector<const Tensor*> inputs = tensors_of(o.schema, args);
    if (const ChosenKernel chosen =
            choose_kernel({op, args, inputs, facts}, o.schema.name, KernelLayout::channels_last);
        chosen.kernel) {
      std::vector<Tensor> outs(facts.begin(), facts.end());
      run_kernel(chosen.kernel, inputs, outs, o.schema.name);
      return outs;
    }
  }
  if (!strided) map_tensors(args, [](const Tensor& t) { return contiguous(t); });

  std::vector<Tensor> wanted, outs;  // what infer promised, and what the kernel writes
  std::vector<Fact> out_facts;
  for (Fact& f : facts) {
    wanted.emplace_back(f);
    const ScalarType t = narrow && is_half(f.dtype) ? kFloat : f.dtype;
    if (t != f.dtype || (!strided && !f.is_contiguous())) {
      Fact plain(t, f.sizes);
      plain.quantizer = f.quantizer;
      outs.emplace_back(plain);
    } else {
      outs.push_back(wanted.back());
    }
    out_facts.push_back(outs.back().fact());
  }
  const std::vector<const Tensor*> inputs = tensors_of(o.schema, args);
  const ChosenKernel chosen =
      choose_kernel({op, args, inputs, out_facts}, o.schema.name, KernelLayout::contiguous);
  run_kernel(chosen.kernel, inputs, outs, o.schema.name);
  for (size_t i = 0; i < outs.size(); ++i)
    if (!outs[i].is_same(wanted[i])) copy_into(wanted[i], outs[i]);
  return wanted;
}

// Two elements may share a place: an expanded tensor.
bool has_internal_overlap(const Tensor& t) {
  if (t.numel() == 0) return false;
  for (size_t d = 0; d < t.sizes().size(); ++d)
    if (t.strides()[d] == 0 && t.sizes()[d] > 1) return true;
  return false;
}

enum class Overlap { none, same, partial, unknown };
Overlap overlap(const Tensor& a, const Tensor& b) {
  if (a.is_same(b)) return Overlap::same;
  if (a.numel() == 0 || b.numel() == 0 || !a.is_alias_of(b)) return Overlap::none;
  if (!a.is_non_overlapping_and_dense() || !b.is_non_overlapping_and_dense())
    return Overlap::unknown;
  const int64_t a_begin = a.storage_offset() * a.element_size(),
                b_begin = b.storage_offset() * b.element_size();
  const int64_t a_end = a_begin + int64_t(a.nbytes()), b_end = b_begin + int64_t(b.nbytes());
  if (a_begin == b_begin && a_end == b_end)
    return a.fact().strides == b.fact().strides ? Overlap::same : Overlap::partial;
  return a_begin < b_end && b_begin < a_end ? Overlap::partial : Overlap::none;
}

void check_no_internal_overlap(const Overload& o, const Tensor& target) {
  TL_CHECK(
      !has_internal_overlap(target), o.schema.name,
      ": more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.");
}

// Pointwise results may be written at once where they belong, if nothing else is read from there.
bool can_write_directly(const Overload& o, const Tensor& target, const Fact& result,
                        std::span<const Tensor* const> inputs) {
  bool apart = true;
  for (const Tensor* t : inputs) {
    if (!t) continue;
    const Overlap how = overlap(target, *t);
    TL_CHECK(
        how != Overlap::partial, o.schema.name,
        ": some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.");
    apart = apart && (how == Overlap::none ||
                      (how == Overlap::same && t->scalar_type() == target.scalar_type()));
  }
  if (target.scalar_type() != result.dtype || !(target.fact().sizes == result.sizes)) return false;
  return apart && !target.is_quantized();
}

void check_target(const Tensor& target, const Tensor& result, const Overload& o) {
  TL_CHECK(can_cast(result.scalar_type(), target.scalar_type()), o.schema.name, ": result type ",
           result.scalar_type(), " can't be cast to the desired output type ",
           target.scalar_type());
}

void write_result(const Overload& o, const Tensor& target, const Tensor& result) {
  if (o.form != Form::copied_out) check_target(target, result, o);
  if (o.form == Form::in_place) {
    TL_CHECK(target.fact().sizes == result.fact().sizes, o.schema.name, ": output with shape ",
             target.sizes(), " doesn't match the broadcast shape ", result.sizes());
  } else if (o.form == Form::copied_out || has(o.op->traits, Trait::composite)) {
    resize_output(target, Fact(result.scalar_type(), result.sizes()));  // not its strides
  } else {
    resize_output(target, result.fact());
  }
  copy_into(target, result);
}

bool pointwise_into(const Overload& o, const std::vector<Value>& given, const Tensor& target) {
  std::vector<Value> args = given;
  numbers_to_tensors(args);
  const std::vector<Fact> facts = infer_call(o, args);
  const std::vector<const Tensor*> inputs = tensors_of(o.schema, args);
  if (facts.size() != 1 || !can_write_directly(o, target, facts[0], inputs)) return false;
  const Fact out = target.fact();
  Tensor outs[] = {target};
  const ChosenKernel chosen =
      choose_kernel({*o.op, args, inputs, {&out, 1}}, o.schema.name, KernelLayout::contiguous);
  run_kernel(chosen.kernel, inputs, outs, o.schema.name);
  target.unsafeGetTensorImpl()->bump_version();
  return true;
}

void note_views(const Tensor& whole, const std::vector<Value>& results) {
  for (const Value& v : results) {
    if (v.isTensor()) note_view(whole, v.toTensor());
    if (v.isList()) note_views(whole, v.toListRef().items);
  }
}

std::vector<Value> run_functional(const Overload& o, std::vector<Value> args) {
  std::vector<Value> results;
  if (o.user) {
    o.user(args);
    return args;
  }
  if (o.function || o.op->function) {
    const bool view = o.op && has(o.op->traits, Trait::view) && !has(o.op->traits, Trait::nograd);
    (o.function ? o.function : o.op->function)(args, results);
    if (view) note_views(args[0].toTensor(), results);
  } else {
    for (Tensor& t : compute(o, std::move(args))) results.emplace_back(std::move(t));
  }
  return results;
}

// A factory's out= form takes no dtype, layout, device and pin_memory: they are those of `out`.
void insert_options(std::vector<Value>& args, size_t at, const Tensor& out) {
  const Value options[] = {Value(out.scalar_type()), {}, {}, {}};
  args.insert(args.begin() + std::ptrdiff_t(at), std::begin(options), std::end(options));
}

// The last n_out arguments, or self, receive what the functional form gives.
void run_into(const Overload& o, std::vector<Value>& args, std::vector<Value>& results) {
  std::vector<Value> targets;
  if (o.form == Form::in_place) {
    targets = {args[0]};
  } else {
    targets.assign(args.end() - o.n_out, args.end());
    args.resize(args.size() - o.n_out);
    if (targets[0].isList()) targets = std::vector<Value>(targets[0].toListRef().items);
    if (o.options_at >= 0) insert_options(args, size_t(o.options_at), targets[0].toTensor());
  }
  for (const Value& t : targets)
    if (present(t)) check_no_internal_overlap(o, t.toTensor());
  const bool direct = o.form != Form::copied_out && o.op->infer &&
                      has(o.op->traits, Trait::pointwise) && targets.size() == 1 &&
                      pointwise_into(o, args, targets[0].toTensor());
  if (!direct) {
    std::vector<Value> values = run_functional(o, std::move(args));
    if (values.size() == 1 && values[0].isList()) values = values[0].toListRef().items;
    TL_CHECK(values.size() >= targets.size(), o.schema.name, ": out has ", targets.size(),
             " tensors for ", values.size(), " results");
    for (size_t i = 0; i < targets.size(); ++i)
      write_result(o, targets[i].toTensor(), values[i].toTensor());
  }
  if (!o.schema.returns.empty())
    for (Value& t : targets) results.push_back(std::move(t));
}

}  // namespace

void call_kernels(const Overload& o, std::vector<Value>& stack) {
  std::vector<Value> results;
  if (o.form == Form::functional)
    results = run_functional(o, std::move(stack));
  else
    run_into(o, stack, results);
  stack = std::move(results);
}

// Into the graph, where a gradient is wanted.
static void call_recorded(const Overload& o, std::vector<Value>& stack) {
#if TL_WITH_TRAIN
  if (GradMode::is_enabled() && autograd::wants_gradient(stack)) return autograd::record(o, stack);
#endif
  call_kernels(o, stack);
}

// ---- handlers

Handler*& top_handler() {
  static thread_local Handler* top = nullptr;
  return top;
}

void call_below(Handler& h, const Overload& o, std::vector<Value>& stack) {
  struct Restore {
    Handler* saved = top_handler();
    ~Restore() { top_handler() = saved; }
  } restore;
  top_handler() = h.outer;
  call(o, stack);
}

void call_inside(Handler& h, const Overload& o, std::vector<Value>& stack) {
  if (h.outer) return h.outer->call(o, stack);
  call_recorded(o, stack);
}

namespace {
void call_observed(const Overload& o, std::vector<Value>& stack) {
  RecordFunction record;
  if (record.isActive()) detail::record(record, o.schema.name, stack);
  if (Handler* h = top_handler())
    h->call(o, stack);
  else
    call_recorded(o, stack);
  if (record.isActive() && record.needsOutputs()) record.setOutputs(stack);
}
}  // namespace

void call(const Overload& o, std::vector<Value>& stack) {
  if (callbacks_may_run()) [[unlikely]]
    return call_observed(o, stack);
  if (Handler* h = top_handler()) return h->call(o, stack);
  call_recorded(o, stack);
}

namespace detail {
Value to_value(ArrayRef<std::optional<Tensor>> v) {
  std::vector<Value> items;
  for (const auto& t : v) items.push_back(to_value(t));
  return make_list(Type::optional(Type::get(TypeKind::Tensor)), std::move(items));
}
}  // namespace detail

}  // namespace tealight
