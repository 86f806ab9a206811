// Functions of any value: identity, printing, formatting, tuples, enums, objects, exceptions and
// warnings.
#include <cmath>
#include <iomanip>

#include "core/context.h"
#include "core/log.h"
#include "ops/script/script.h"
#include "tealight/grad_mode.h"

namespace tealight {

namespace script {

size_t place_in(int64_t index, size_t n, const char* message) {
  const int64_t place = index < 0 ? index + int64_t(n) : index;
  if (place < 0 || place >= int64_t(n)) throw IndexError(message);
  return size_t(place);
}

Value tuple_index(const TupleImpl& tuple, int64_t index) {
  return tuple.items[place_in(index, tuple.items.size(), "Tuple list index out of range")];
}

bool is_same(const Value& a, const Value& b) {
  const auto nothing = [](const Value& v) {
    return v.isNone() || (v.isTensor() && !v.toTensor().defined());
  };
  return nothing(a) || nothing(b) ? nothing(a) && nothing(b) : a.is(b);
}

bool is_instance(const Value& v, const Type& type) {
  if (type.is(TypeKind::Any) && !type.name.empty()) {
    const std::string_view n = type.name;
    if (n == "list" || n == "AnyListType") return v.isList();
    if (n == "tuple" || n == "AnyTupleType") return v.isTuple();
    if (n == "AnyClassType") return v.isObject();
    if (n == "AnyEnumType") return v.isEnum();
  }
  return is_subtype(*v.type(), type);
}

std::string format(Args args) {
  const std::string_view text = args[0].toStringView();
  std::ostringstream out;
  size_t begin = 0, used = 1;
  for (size_t at; (at = text.find("{}", begin)) != std::string_view::npos; begin = at + 2) {
    TL_CHECK(used < args.size(), "Too few arguments for format string: ", text);
    out << text.substr(begin, at - begin) << args[used++];
  }
  out << text.substr(begin);
  return std::move(out).str();
}

void check_size(size_t count, size_t bytes_each) {
  constexpr size_t kMost = size_t(1) << 33;
  const MemoryBudget* budget = current_memory_budget();
  const size_t used = budget ? std::min<size_t>(budget->used, budget->limit) : 0;
  const size_t limit = budget ? budget->limit - used : kMost;
  if (count > limit / bytes_each) {
    throw Error(str("a value of ", count, " elements passes the memory limit of ", limit, " bytes"),
                ErrorKind::cancelled);
  }
}

void check_growth(const std::vector<Value>& items) {
  constexpr size_t kEvery = 4096;
  if (items.size() % kEvery == kEvery - 1) check_size(items.size(), sizeof(Value));
}

}  // namespace script

namespace ops {
namespace {

std::string print_line(Args args) {
  std::ostringstream out;
  for (size_t i = 0; i < args.size(); ++i) out << (i ? " " : "") << args[i];
  out << '\n';
  return std::move(out).str();
}

void raise(const std::string& message, const std::optional<std::string>& python_class) {
  throw JITException(message, python_class.value_or(""));
}

// ---- "%d of %s" % (1, "x")

void add_number(std::ostream& out, char key, const Value& v) {
  TL_CHECK(v.isScalar(), "%", key, " requires a number for formatting, but got ", v.tagKind());
  const bool whole = v.isInt() || v.isBool();
  switch (key) {
    case 'd':
    case 'i':
      if (whole)
        out << v.toScalar().toLong();
      else
        out << int(std::clamp(v.toScalar().toDouble(), -2147483648.0, 2147483647.0));
      return;
    case 'e':
    case 'E':
      out << std::scientific << (key == 'E' ? std::uppercase : std::nouppercase);
      break;
    default:
      out << std::fixed;
  }
  out << std::setprecision(6) << v.toScalar().toFloat();
}

void add_formatted(std::ostream& out, char key, const Value& v) {
  switch (key) {
    case 'd':
    case 'i':
    case 'e':
    case 'E':
    case 'f':
    case 'F': {
      std::ostringstream number;
      add_number(number, key, v);
      out << number.str();
      return;
    }
    case 'c':
      TL_CHECK(v.isInt() || (v.isString() && v.toStringRef().size() == 1), "%", key,
               " requires an int or char for formatting, but got ", v.tagKind());
      if (v.isInt())
        out << char(v.toInt());
      else
        out << v.toStringRef();
      return;
    case 's':
      out << v;
      return;
    default:
      fail(str("The specifier %", key, " is not supported in TorchScript format strings"));
  }
}

std::string percent_format(Args args) {
  TL_CHECK(args.size() == 2, "percentFormat: takes a text and its values, but got ", args.size(),
           " arguments");
  const std::string_view text = args[0].toStringView();
  const Args values = args[1].isTuple() ? Args(args[1].toTupleRef().items) : args.subspan(1);
  std::ostringstream out;
  size_t begin = 0, used = 0;
  for (size_t at; (at = text.find('%', begin)) != std::string_view::npos; begin = at + 2) {
    TL_CHECK(at + 1 < text.size(), "Incomplete format specifier");
    out << text.substr(begin, at - begin);
    const char key = text[at + 1];
    if (key == '%') {
      out << '%';
      continue;
    }
    TL_CHECK(used < values.size(), "Too few arguments for format string");
    add_formatted(out, key, values[used++]);
  }
  TL_CHECK(used == values.size(), "Too many arguments for format string");
  out << text.substr(begin);
  return std::move(out).str();
}

// ---- enums, objects

Value enum_value(const Value& v) { return v.toEnumRef().value; }

std::string enum_name(const Value& v) {
  const EnumImpl& e = v.toEnumRef();
  if (!e.name.empty()) return e.name;
  Error error(str("the name of ", e.class_name, "'s member ", repr(e.value),
                  " is not known: lite models hold only the values of enums"),
              ErrorKind::unsupported);
  throw error.fix("let the model return the value instead of the name");
}

Value container_index(const ObjectImpl& container, const Value& key) {
  return container.attr(key.isInt() ? std::to_string(key.toInt()) : key.toStringRef());
}

int64_t id(const Value& v) {
  return v.isNone() ? 0 : reinterpret_cast<int64_t>(v.toObject().get());
}

Value same(const Value& v) { return v; }

Value unwrap(const Value& v) {
  TL_CHECK(!v.isNone(), "Unwrapping null optional");
  return v;
}

void backward(Args) {
  fail(
      "backward: this build runs models and does not train them; fix: call backward() only while training (if self.training:), or use a build with the training engine",
      ErrorKind::unsupported);
}

constexpr Fn rows[] = {
    TL_FN("aten::str(t elem) -> str", [](const Value& v) { return to_python_str(v); }),
    TL_FN("aten::hash.generic(t value) -> int", [](const Value& v) { return int64_t(v.hash()); }),
    TL_FN("aten::format(str self, ...) -> str", [](Args args) { return script::format(args); }),
    TL_FN("aten::percentFormat(str self, ...) -> str",
          [](Args args) { return percent_format(args); }),
    TL_FN("prim::Print(...) -> ()", [](Args args) { print(print_line(args)); }),
    TL_FN("aten::warn(str message, int stacklevel=2) -> ()",
          [](std::string_view message, int64_t) { warn(message); }),
    TL_FN("prim::RaiseException(str msg, str? cls=None) -> ()", raise),

    TL_FN("aten::__is__(t1 self, t2 obj) -> bool",
          [](const Value& a, const Value& b) { return script::is_same(a, b); }),
    TL_FN("aten::__isnot__(t1 self, t2 obj) -> bool",
          [](const Value& a, const Value& b) { return !script::is_same(a, b); }),
    TL_FN("prim::unchecked_cast(t x) -> t", same),
    TL_FN("prim::unchecked_unwrap_optional(t(a)? optional) -> t(a)", same),
    TL_FN("aten::_unwrap_optional(t(a)? optional) -> t(a)", unwrap),
    TL_FN("prim::Uninitialized() -> Any", [] { return Value::uninitialized(); }),
    TL_FN("prim::IfThenElse(bool cond, Any(a) x, Any(b) y) -> Any(b|a)",
          [](bool c, const Value& a, const Value& b) { return c ? a : b; }),

    TL_FN("prim::TupleIndex(Any tup, int i) -> Any",
          [](const TupleImpl& t, int64_t i) { return script::tuple_index(t, i); }),
    TL_FN("prim::TupleUnpack(Any tup) -> ...",
          [](const TupleImpl& t) { return std::vector<Value>(t.items.begin(), t.items.end()); }),
    TL_FN("prim::EnumName(AnyEnumType enum) -> str", enum_name),
    TL_FN("prim::EnumValue.int(AnyEnumType enum) -> int", enum_value),
    TL_FN("prim::EnumValue.float(AnyEnumType enum) -> float", enum_value),
    TL_FN("prim::EnumValue.str(AnyEnumType enum) -> str", enum_value),
    TL_FN("aten::eq.enum(AnyEnumType a, AnyEnumType b) -> bool",
          [](const Value& a, const Value& b) { return a == b; }),
    TL_FN("aten::ne.enum(AnyEnumType a, AnyEnumType b) -> bool",
          [](const Value& a, const Value& b) { return a != b; }),
    TL_FN("prim::ModuleContainerIndex.list(Any self, int ind) -> Any", container_index),
    TL_FN("prim::ModuleContainerIndex.dict(Any self, str ind) -> Any", container_index),
    TL_FN("prim::id(AnyClassType? x) -> int", id),
    TL_FN("aten::wait(Future(t) self) -> t", same),

    TL_FN("aten::is_grad_enabled() -> bool", [] { return GradMode::is_enabled(); }),
    TL_FN("aten::set_grad_enabled(bool val) -> ()", [](bool on) { GradMode::set_enabled(on); }),
    TL_FN(
        "aten::backward(Tensor self, Tensor? gradient=None, bool? retain_graph=None, bool create_graph=False) -> ()",
        backward),
    TL_FN(
        "aten::backward.TensorList(Tensor[] tensors, Tensor?[]? grad_tensors=None, bool? retain_graph=None, bool create_graph=False) -> ()",
        backward),
    // What this library is not.
    TL_FN("aten::has_torch_function(...) -> bool", [](Args) { return false; }),
    TL_FN("aten::is_scripting() -> bool", [] { return true; }),
    TL_FN("aten::_get_tracing_state() -> bool", [] { return false; }),
    TL_FN("aten::is_autocast_enabled() -> bool", [] { return false; }),
    TL_FN("aten::is_autocast_cpu_enabled() -> bool", [] { return false; }),
    TL_FN("aten::is_vulkan_available() -> bool", [] { return false; }),
    TL_FN("aten::_nnpack_available() -> bool", [] { return false; }),
    TL_FN("aten::_use_cudnn_rnn_flatten_weight() -> bool", [] { return false; }),
    TL_FN("prim::AddStatValue(str key, int val) -> ()", [](std::string_view, int64_t) {}),
};

}  // namespace
TL_FNS(script_values){rows};
}  // namespace ops
}  // namespace tealight
