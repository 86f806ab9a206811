#include "cases.h"

#include <algorithm>

#include "ops/copy.h"

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

Tensor copy_of(const Tensor& t) {
  Fact f = t.fact();
  if (!t.is_non_overlapping_and_dense()) f.strides = contiguous_strides(f.sizes);
  Tensor c(f);
  copy_into(c, t);
  return c;
}

// The same values, every second element of a transposed tensor twice as large.
Tensor strided_copy(const Tensor& t) {
  if (t.dim() == 0 || t.is_quantized()) return copy_of(t);
  DimVector big(t.sizes());
  std::reverse(big.begin(), big.end());
  big.back() *= 2;
  const Tensor whole((Fact(t.scalar_type(), big)));
  if (whole.nbytes()) std::memset(whole.data_ptr(), 0, whole.nbytes());
  Fact f = whole.fact();
  f.sizes = t.sizes();
  std::reverse(f.strides.begin(), f.strides.end());
  f.strides[0] *= 2;
  const Tensor view(whole.storage(), f, 0);
  copy_into(view, t);
  return view;
}

Tensor channels_last_copy(const Tensor& t) {
  if (t.dim() != 4 || t.is_quantized()) return copy_of(t);
  Tensor c(
      Fact(t.scalar_type(), t.sizes(), contiguous_strides(t.sizes(), MemoryFormat::ChannelsLast)));
  copy_into(c, t);
  return c;
}

Tensor emptied(const Tensor& t) {
  if (t.dim() == 0) return copy_of(t);
  Fact f = t.fact();
  f.sizes[0] = 0;
  f.strides = contiguous_strides(f.sizes);
  return Tensor(f);
}

Tensor scalar_of(const Tensor& t) {
  Fact f(t.scalar_type(), {});
  f.quantizer = t.quantizer();
  if (t.numel() == 0 || (f.quantizer && f.quantizer->per_channel())) return copy_of(t);
  return Tensor(copy_of(t).storage(), f, 0);
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

class Maker {
 public:
  Maker(const Op& op, const Sample& s, const std::function<void(Case)>& visit)
      : op_(op), sample_(s), visit_(visit) {
    overload_ = overloads_of(op)[s.overload];
    for (const Value& v : s.args)
      if (v.isTensor() && v.toTensor().defined()) has_tensor_ = true;
    for (const Value& v : s.args)
      if (v.isList() && v.toListRef().element->is(TypeKind::Tensor)) has_tensor_ = true;
  }

  void samples() {
    emit("as is", [](const Tensor& t, size_t) { return copy_of(t); });
  }

  void variants() {
    forms();
    if (!has_tensor_) return;
    for (ScalarType to :
         {kDouble, kHalf, kBFloat16, kLong, kInt, kByte, kBool, kComplexFloat, kComplexDouble}) {
      emit(str("dtype=", python_name(to)), [&](const Tensor& t, size_t) {
        return t.scalar_type() == kFloat ? converted(t, to) : copy_of(t);
      });
    }
    emit("first=float64", [&](const Tensor& t, size_t n) {
      return n == 0 && t.scalar_type() == kFloat ? converted(t, kDouble) : copy_of(t);
    });
    emit("first=int64", [&](const Tensor& t, size_t n) {
      return n == 0 && t.scalar_type() == kFloat ? converted(t, kLong) : copy_of(t);
    });
    emit("second=int32", [&](const Tensor& t, size_t n) {
      return n == 1 && t.scalar_type() == kFloat ? converted(t, kInt) : copy_of(t);
    });
    emit("strided", [](const Tensor& t, size_t) { return strided_copy(t); });
    emit("first strided",
         [](const Tensor& t, size_t n) { return n == 0 ? strided_copy(t) : copy_of(t); });
    emit("channels_last", [](const Tensor& t, size_t) { return channels_last_copy(t); });
    emit("empty", [](const Tensor& t, size_t) { return emptied(t); });
    emit("first empty", [](const Tensor& t, size_t n) { return n == 0 ? emptied(t) : copy_of(t); });
    emit("first 0-d", [](const Tensor& t, size_t n) { return n == 0 ? scalar_of(t) : copy_of(t); });
    emit("second 0-d",
         [](const Tensor& t, size_t n) { return n == 1 ? scalar_of(t) : copy_of(t); });
  }

 private:
  void emit(const std::string& variant, const TensorMap& f) {
    try {
      visit_({overload_, variant, map_tensors(sample_.args, f)});
    } catch (const Error&) {
      // the variant itself cannot be made (a quantized tensor of another dtype)
    }
  }

  // In-place and out= overloads with the sample's arguments.
  void forms() {
    for (const Overload* form : overloads_of(op_)) {
      const Overload& o = *form;
      if (&o == overload_ || o.form == Form::functional || !same_arguments(*overload_, o)) continue;
      std::vector<Value> args = shared_with(
          o, map_tensors(sample_.args, [](const Tensor& t, size_t) { return copy_of(t); }));
      while (args.size() + o.n_out < o.schema.arguments.size())
        args.push_back(o.schema.arguments[args.size()].default_value.value_or(Value()));
      if (o.form == Form::in_place) {
        visit_({&o, "in place", std::move(args)});
        continue;
      }
      for (ScalarType t : {kFloat, kDouble, kLong, kBool}) {
        std::vector<Value> with_out =
            map_tensors(args, [](const Tensor& x, size_t) { return copy_of(x); });
        for (size_t k = 0; k < o.n_out; ++k) with_out.push_back(Tensor(Fact(t, {0})));
        visit_({&o, str("out=", python_name(t)), std::move(with_out)});
      }
    }
  }

  const Op& op_;
  const Sample& sample_;
  const std::function<void(Case)>& visit_;
  const Overload* overload_;
  bool has_tensor_ = false;
};

}  // namespace

void for_each_case(const std::string& filter, bool variants,
                   const std::function<void(Case)>& visit) {
  for (const Op* op : all_ops()) {
    if (!op->samples || std::string_view(op->schemas.text[0])
                                .substr(0, std::string_view(op->schemas.text[0]).find('('))
                                .find(filter) == std::string_view::npos)
      continue;
    for (const Sample& s : op->samples()) {
      Maker maker(*op, s, visit);
      maker.samples();
      if (variants) maker.variants();
    }
  }
}

}  // namespace tealight::parity
