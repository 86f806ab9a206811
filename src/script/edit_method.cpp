#include "script/edit_method.h"

#include <algorithm>
#include <cmath>

#include "script/edit_values.h"
#include "tealight/factories.h"

namespace tealight::script {
namespace {

bool is_name(const std::string& s) {
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  return !s.empty() && !std::isdigit(static_cast<unsigned char>(s[0])) &&
         std::all_of(s.begin(), s.end(), fits);
}

std::string names_of(const ScriptFunction& f) {
  std::string names;
  for (size_t i = 1; i < f.schema.arguments.size(); ++i)
    names += (i > 1 ? ", " : "") + f.schema.arguments[i].name;
  return names;
}

[[noreturn]] void no_input(const ScriptFunction& f, const std::string& name) {
  Error e("'" + f.base_name() + "' has no input '" + name + "'");
  throw e.fix("one of " + names_of(f));
}

// One number for all channels, or one for each: in front of height and width.
Tensor by_channel(const std::vector<double>& numbers) {
  const int64_t n = int64_t(numbers.size());
  return tensor(numbers, kFloat).view({n, 1, 1});
}

void check(const InputTransform& t) {
  TL_CHECK(t.size.empty() || (t.size.size() == 2 && t.size[0] > 0 && t.size[1] > 0),
           "the size to resize to is a height and a width");
  TL_CHECK(t.mean.size() <= 1 || t.std.size() <= 1 || t.mean.size() == t.std.size(), "mean has ",
           t.mean.size(), " numbers and std ", t.std.size());
  TL_CHECK(std::none_of(t.std.begin(), t.std.end(), [](double s) { return s == 0; }),
           "std 0 would divide by zero");
  TL_CHECK(t.scale != 0, "scale 0 would make all inputs the same");
}

constexpr const char* kToFloat = "def f(x: Tensor) -> Tensor:\n  return torch.to(x, 6)\n";
constexpr const char* kMultiply =
    "def f(x: Tensor, by: float) -> Tensor:\n  return torch.mul(x, by)\n";
constexpr const char* kDivideBy =
    "def f(x: Tensor, by: float) -> Tensor:\n  return torch.div(x, by)\n";
constexpr const char* kSubtract =
    "def f(x: Tensor, mean: Tensor) -> Tensor:\n  return torch.sub(x, mean)\n";
constexpr const char* kDivide =
    "def f(x: Tensor, std: Tensor) -> Tensor:\n  return torch.div(x, std)\n";

std::string resizing(const InputTransform& t) {
  const std::string to = str("[", t.size[0], ", ", t.size[1], "]");
  const std::string head =
      "def f(x: Tensor) -> Tensor:\n  return torch.upsample_" + t.mode + "2d(x, " + to;
  if (t.mode == "nearest") return head + ", None, None)\n";
  if (t.mode == "bilinear" || t.mode == "bicubic") return head + ", False, None, None)\n";
  Error e("there is no way '" + t.mode + "' to resize");
  throw e.fix("one of nearest, bilinear, bicubic");
}

std::string function_text(const OutputTransform& t) {
  const std::string head = "def f(x: Tensor) -> Tensor:\n  return torch." + t.function + "(x";
  if (t.function == "sigmoid") return head + ")\n";
  if (t.function == "softmax" || t.function == "log_softmax" || t.function == "argmax")
    return head + str(", ", t.dim, ")\n");
  Error e("there is no function '" + t.function + "' for outputs");
  throw e.fix("one of softmax, log_softmax, sigmoid, argmax");
}

void set_result(ScriptFunction& f, ir::Var* v) {
  f.graph->body().set_result(0, v);
  f.schema.returns.resize(1);
  f.schema.returns[0].type = v->type();
}

}  // namespace

void rename_input(ScriptFunction& f, const std::string& from, const std::string& to) {
  if (!is_name(to) || to == "self") fail("'" + to + "' cannot be the name of an input");
  const int64_t at = f.schema.find_argument(from);
  if (at < 1) no_input(f, from);
  if (from != to && f.schema.find_argument(to) >= 0)
    fail("'" + f.base_name() + "' has an input '" + to + "' already");
  f.schema.arguments[size_t(at)].name = to;
  f.graph->inputs()[size_t(at)]->set_name(to);
}

size_t find_input(const ScriptFunction& f, const std::string& name) {
  const auto& arguments = f.schema.arguments;
  for (size_t i = 1; i < arguments.size(); ++i) {
    const bool is_tensor = arguments[i].type->is(TypeKind::Tensor);
    if (name.empty() ? !is_tensor : arguments[i].name != name) continue;
    if (is_tensor) return i;
    fail("the input '" + name + "' of '" + f.base_name() + "' is " +
         arguments[i].type->annotation() + ", not a tensor");
  }
  if (name.empty()) fail("'" + f.base_name() + "' takes no tensor");
  no_input(f, name);
}

void transform_input(ScriptFunction& f, const InputTransform& t) {
  check(t);
  ir::Var* input = f.graph->inputs()[find_input(f, t.input)].get();
  ir::Node* first = f.graph->body().first();
  ir::Builder builder = first ? ir::Builder(first) : ir::Builder(&f.graph->body());
  const std::vector<ir::Use> uses = input->uses();
  ir::Var* x = input;
  const auto step = [&](const std::string& text, std::vector<ir::Var*> more = {}) {
    more.insert(more.begin(), x);
    x = insert_function(builder, text, more);
  };
  if (t.bytes) step(kToFloat);
  if (!t.size.empty()) step(resizing(t));
  if (const double inverse = 1 / t.scale; t.scale != 1) {
    const bool divides =
        std::abs(inverse) > 1 && std::abs(inverse - std::round(inverse)) < 1e-9 * std::abs(inverse);
    step(divides ? kDivideBy : kMultiply,
         {builder.constant(divides ? std::round(inverse) : t.scale)});
  }
  if (!t.mean.empty()) step(kSubtract, {builder.constant(by_channel(t.mean))});
  if (!t.std.empty()) step(kDivide, {builder.constant(by_channel(t.std))});
  for (const ir::Use& use : uses) use.user->set_input(use.index, x);
}

std::vector<std::string> output_path(const std::string& text) {
  std::vector<std::string> path;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('.', begin), text.size());
    path.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return path;
}

void transform_output(ScriptFunction& f, const OutputTransform& t) {
  const std::string text = function_text(t);
  ir::Builder builder(&f.graph->body());
  const auto apply = [&](ir::Var* v) {
    if (!v->type()->is(TypeKind::Tensor))
      fail("the output '" + t.output + "' is " + v->type()->annotation() + ", not a tensor");
    return insert_function(builder, text, {v});
  };
  const std::vector<std::string> path = output_path(t.output);
  set_result(f, replace_part(builder, f.graph->outputs()[0], path, apply));
}

void select_outputs(ScriptFunction& f, const std::vector<std::string>& outputs) {
  TL_CHECK(!outputs.empty(), "a method must give something");
  ir::Builder builder(&f.graph->body());
  ir::Var* whole = f.graph->outputs()[0];
  std::vector<ir::Var*> chosen;
  for (const std::string& o : outputs) chosen.push_back(part_of(builder, whole, output_path(o)));
  if (chosen.size() == 1) return set_result(f, chosen[0]);
  const bool direct = std::none_of(outputs.begin(), outputs.end(),
                                   [](const std::string& o) { return output_path(o).size() != 1; });
  set_result(f, direct ? container_like(builder, *whole->type(), outputs, chosen)
                       : tuple_of(builder, chosen));
}

}  // namespace tealight::script
