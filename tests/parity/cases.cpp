#include "cases.h"

#include <algorithm>

#include "functions.h"
#include "ops/copy.h"
#include "tensors.h"

namespace tealight::parity {
namespace {

// A copy of the values in which f has replaced every tensor.
using TensorMap = std::function<Tensor(const Tensor&, size_t number)>;
std::vector<Value> map_tensors(const std::vector<Value>& args, const TensorMap& f) {
  size_t number = 0;
  const std::function<Value(const Value&)> map = [&](const Value& v) -> Value {
    if (v.isTensor() && v.toTensor().defined()) return f(v.toTensor(), number++);
    if (!v.isList()) return v;
    std::vector<Value> items;
    for (const Value& item : v.toListRef().items) items.push_back(map(item));
    return make_list(v.toListRef().element, std::move(items));
  };
  std::vector<Value> mapped;
  for (const Value& v : args) mapped.push_back(map(v));
  return mapped;
}

// The arguments of a functional form that `form` takes too: an out= factory takes no dtype.
template <class T>
std::vector<T> shared_with(const Overload& form, std::vector<T> args) {
  const auto options = args.begin() + form.options_at;
  if (form.options_at >= 0 && args.end() - options >= 4) args.erase(options, options + 4);
  return args;
}

bool same_arguments(const Overload& functional, const Overload& form) {
  const std::vector<Argument> a = shared_with(form, functional.schema.arguments);
  const std::vector<Argument>& b = form.schema.arguments;
  if (a.size() != b.size() - form.n_out) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!(*a[i].type == *b[i].type)) return false;
  return true;
}

bool is_float(const Tensor& t) { return t.scalar_type() == kFloat; }

// Types of the first two inputs that meet in promotion.
constexpr std::pair<ScalarType, ScalarType> kPairs[] = {
    {kLong, kHalf},          {kBool, kInt},   {kComplexFloat, kDouble},
    {kFloat, kBFloat16},     {kHalf, kFloat}, {kByte, kChar},
    {kFloat, kComplexFloat}, {kInt, kFloat},  {kBFloat16, kHalf}};

class Maker {
 public:
  /// `family`: the overloads among which other forms of the call are looked for.
  Maker(const Overload& overload, std::vector<Value> args, std::vector<const Overload*> family,
        const std::function<void(Case)>& visit)
      : overload_(&overload), args_(std::move(args)), family_(std::move(family)), visit_(visit) {
    map_tensors(args_, [&](const Tensor& t, size_t) {
      if (tensors_.size() < 2) tensors_.push_back(t);
      return t;
    });
  }

  void samples() { emit(*overload_, "as is", args_, copies()); }

  void layouts_and_dtypes() {
    forms();
    if (tensors_.empty()) return;
    for (ScalarType to :
         {kDouble, kHalf, kBFloat16, kLong, kInt, kByte, kBool, kComplexFloat, kComplexDouble})
      emit(str("dtype=", python_name(to)),
           [&](const Tensor& t, size_t) { return is_float(t) ? converted(t, to) : copy_of(t); });
    emit("first=float64", converting(0, kDouble));
    emit("first=int64", converting(0, kLong));
    emit("second=int32", converting(1, kInt));
    emit("strided", all(strided_copy));
    emit("first strided", only(0, strided_copy));
    emit("channels_last", all(channels_last_copy));
    emit("empty", all(emptied));
    emit("first empty", only(0, emptied));
    emit("first 0-d", only(0, scalar_of));
    emit("second 0-d", only(1, scalar_of));
  }

  void families() {
    aliases();
    other_arguments();
    if (tensors_.empty()) return;
    in_place_on_views();
    given_outs();
    emit("offset", all(offset_copy));
    emit("permuted", all(permuted_copy));
    emit("first expanded", only(0, expanded_copy));
    // sums of very large numbers depend on their order
    const bool large = overload_->op && has(overload_->op->traits, Trait::pointwise);
    const auto extremes = [&](const Tensor& t, size_t n) { return extreme(t, n, large); };
    emit("extreme", extremes);
    const int64_t length = tensors_[0].dim() ? tensors_[0].sizes().back() : 0;
    const auto wide = [&](const Tensor& t, size_t) { return widened(t, length); };
    if (length) {
      emit("wide", wide);
      emit("wide extreme", [&](const Tensor& t, size_t n) { return extremes(wide(t, n), n); });
      emit("wide strided", [&](const Tensor& t, size_t n) { return strided_copy(wide(t, n)); });
      emit("wide float16", [&](const Tensor& t, size_t n) {
        return is_float(t) ? converted(wide(t, n), kHalf) : wide(t, n);
      });
    }
    if (tensors_.size() < 2) return;
    emit("second expanded", only(1, expanded_copy));
    if (is_float(tensors_[0]) && is_float(tensors_[1]))
      for (const auto& [first, second] : kPairs)
        emit(str("first=", python_name(first), " second=", python_name(second)),
             [&](const Tensor& t, size_t n) {
               return n < 2 ? converted(t, n ? second : first) : copy_of(t);
             });
  }

 private:
  static TensorMap all(Tensor (*f)(const Tensor&)) {
    return [=](const Tensor& t, size_t) { return f(t); };
  }
  static TensorMap only(size_t number, Tensor (*f)(const Tensor&)) {
    return [=](const Tensor& t, size_t n) { return n == number ? f(t) : copy_of(t); };
  }
  static TensorMap copies() { return all(copy_of); }
  static TensorMap converting(size_t number, ScalarType to) {
    return [=](const Tensor& t, size_t n) {
      return n == number && is_float(t) ? converted(t, to) : copy_of(t);
    };
  }

  // A variant of the sample; not one that changes nothing.
  void emit(const std::string& variant, const TensorMap& f) {
    bool changed = false;
    const TensorMap watched = [&](const Tensor& t, size_t n) {
      const Tensor r = f(t, n);
      changed = changed || !is_copy(r, t);
      return r;
    };
    if (auto args = mapped(args_, watched); args && changed)
      visit_({overload_, variant, std::move(*args)});
  }
  void emit(const Overload& o, const std::string& variant, const std::vector<Value>& given,
            const TensorMap& f) {
    if (auto args = mapped(given, f)) visit_({&o, variant, std::move(*args)});
  }
  // None when the variant itself cannot be made (a quantized tensor of another dtype).
  static std::optional<std::vector<Value>> mapped(const std::vector<Value>& args,
                                                  const TensorMap& f) {
    try {
      return map_tensors(args, f);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  // Calls f(overload, the sample's arguments) of the other forms of the same call.
  void each_form(const std::function<void(const Overload&, std::vector<Value>)>& f) {
    for (const Overload* form : family_) {
      const Overload& o = *form;
      if (&o == overload_ || !same_arguments(*overload_, o)) continue;
      std::vector<Value> args = shared_with(o, args_);
      while (args.size() + o.n_out < o.schema.arguments.size())
        args.push_back(o.schema.arguments[args.size()].default_value.value_or(Value()));
      f(o, std::move(args));
    }
  }

  // In-place and out= overloads.
  void forms() {
    each_form([&](const Overload& o, const std::vector<Value>& args) {
      if (o.form == Form::in_place) emit(o, "in place", args, copies());
      if (!o.n_out) return;
      for (ScalarType t : {kFloat, kDouble, kLong, kBool}) {
        std::vector<Value> with_out = args;
        for (size_t k = 0; k < o.n_out; ++k) with_out.push_back(Tensor(Fact(t, {0})));
        emit(o, str("out=", python_name(t)), with_out, copies());
      }
    });
  }

  // Other names of the same function.
  void aliases() {
    each_form([&](const Overload& o, const std::vector<Value>& args) {
      if (o.form == Form::functional) emit(o, "as is", args, copies());
    });
  }

  void in_place_on_views() {
    each_form([&](const Overload& o, const std::vector<Value>& args) {
      if (o.form != Form::in_place) return;
      emit(o, "in place strided", args, only(0, strided_copy));
      emit(o, "in place permuted", args, only(0, permuted_copy));
      emit(o, "in place offset", args, only(0, offset_copy));
      emit(o, "in place float16", args, converting(0, kHalf));
      emit(o, "in place float64", args, converting(0, kDouble));
      emit(o, "in place int32", args, converting(0, kInt));
      emit(o, "in place second=float64", args, converting(1, kDouble));
      emit(o, "in place second=int64", args, converting(1, kLong));
    });
  }

  // out= with memory of the right shape, in another layout, and of a wrong shape.
  void given_outs() {
    std::vector<Value> results = map_tensors(args_, copies());
    try {
      call(*overload_, results);
    } catch (const std::exception&) {
      return;
    }
    if (results.size() == 1 && results[0].isTuple()) results = results[0].toTupleRef().items;
    each_form([&](const Overload& o, const std::vector<Value>& args) {
      if (!o.n_out || results.size() != o.n_out) return;
      const auto with_outs = [&](const std::string& variant, const auto& f) {
        std::vector<Value> all = map_tensors(args, copies());
        for (const Value& r : results)
          if (r.isTensor()) all.push_back(f(r.toTensor()));
        if (all.size() == args.size() + o.n_out) visit_({&o, variant, std::move(all)});
      };
      with_outs("given out", copy_of);
      with_outs("strided out", strided_copy);
      with_outs("resized out", [](const Tensor& t) { return Tensor(Fact(t.scalar_type(), {5})); });
    });
  }

  // Numbers, flags and dimensions that the sample does not have.
  void other_arguments() {
    for (size_t i = 0; i < std::min(args_.size(), overload_->schema.arguments.size()); ++i) {
      const Argument& a = overload_->schema.arguments[i];
      for (const Value& v : others(a, args_[i])) {
        std::vector<Value> args = args_;
        args[i] = v;
        emit(*overload_, str(a.name, "=", v), args, copies());
      }
    }
  }
  std::vector<Value> others(const Argument& a, const Value& given) const {
    std::vector<Value> values;
    if (a.type->is(TypeKind::Optional) && !given.isNone()) values.emplace_back();
    if (a.type->is(TypeKind::Bool) && a.name != "pin_memory") values.emplace_back(!given.toBool());
    if (a.type->is(TypeKind::Number))
      for (const Value& v : {Value(2), Value(-1.5), Value(std::complex<double>(1, 2))})
        values.push_back(v);
    if (a.name == "reduction")
      for (int64_t r : {0, 1, 2}) values.emplace_back(r);
    const bool is_dim = a.name.starts_with("dim") || a.name.starts_with("axis");
    const int64_t rank = tensors_.empty() ? 0 : tensors_[0].dim();
    if (is_dim && given.isInt())
      for (int64_t d = -rank - 1; d <= rank; ++d)
        if (d != given.toInt()) values.emplace_back(d);
    if (is_dim && given.isList() && !given.toListRef().items.empty() &&
        given.toListRef().items[0].isInt()) {
      const DimVector dims = given.toDimVector();
      DimVector negative, reversed(dims);
      for (int64_t d : dims) negative.push_back(d < 0 ? d + rank : d - rank);
      std::reverse(reversed.begin(), reversed.end());
      for (const DimVector& d :
           {negative, reversed, DimVector(), DimVector{0}, DimVector{-1}, DimVector{0, 0}})
        values.emplace_back(d);
    }
    return values;
  }

  const Overload* overload_;
  std::vector<Value> args_;
  std::vector<const Overload*> family_;
  const std::function<void(Case)>& visit_;
  std::vector<Tensor> tensors_;  // the first two
};

}  // namespace

std::vector<Value> run(const Case& c) {
  std::vector<Value> stack{int64_t(42)};
  call(find_overload("tealight::manual_seed"), stack);
  stack = c.args;
  call(*c.overload, stack);
  if (c.overload->schema.name.starts_with("aten::empty") ||
      c.overload->schema.name.starts_with("aten::new_empty"))
    for (const Value& v : stack) v.toTensor().zero_();
  return stack;
}

std::string_view name_of(const Op& op) {
  const std::string_view schema = op.schemas.text[0];
  return schema.substr(0, schema.find('('));
}

namespace {
void make_cases(Maker maker, Variants which) {
  maker.samples();
  if (which >= Variants::some) maker.layouts_and_dtypes();
  if (which == Variants::all) maker.families();
}
}  // namespace

void for_each_case(const Op& op, Variants which, const std::function<void(Case)>& visit) {
  if (!op.samples) return;
  const std::vector<const Overload*> family = overloads_of(op);
  for (const Sample& s : op.samples())
    make_cases({*family[s.overload], s.args, family, visit}, which);
}

void for_each_function_case(Variants which, const std::function<void(Case)>& visit) {
  for (const FunctionSample& s : function_samples()) {
    const Overload& o = find_overload(s.name);
    make_cases({o, s.args, o.op ? overloads_of(*o.op) : std::vector<const Overload*>(), visit},
               which);
  }
}

}  // namespace tealight::parity
