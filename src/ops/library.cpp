// The user's operators: what TORCH_LIBRARY and RegisterOperators do with names, schemas and
// functions.
#include "tealight/library.h"

#include "ops/registry.h"

namespace tealight {
namespace detail {

void check_stack(const std::vector<Value>& stack, size_t wanted, const std::string& function) {
  TL_CHECK(stack.size() >= wanted, function, ": takes ", wanted, " arguments, but got ",
           stack.size());
}

FunctionSchema make_schema(std::string_view name, std::vector<TypePtr> arguments,
                           std::vector<TypePtr> returns) {
  FunctionSchema s;
  s.name = name;
  for (size_t i = 0; i < arguments.size(); ++i) {
    s.arguments.emplace_back();
    s.arguments.back().name = str("_", i);
    s.arguments.back().type = std::move(arguments[i]);
  }
  for (size_t i = 0; i < returns.size(); ++i) {
    s.returns.emplace_back();
    s.returns.back().name = str("_", i);
    s.returns.back().type = std::move(returns[i]);
  }
  return s;
}

void name_arguments(FunctionSchema& schema, const std::vector<arg>& names) {
  if (!schema.arguments.empty()) schema.arguments[0].name = "self";
  TL_CHECK(names.empty() || names.size() + 1 == schema.arguments.size(), schema.name, ": takes ",
           schema.arguments.size() - 1, " arguments after self, but ", names.size(),
           " names are given");
  for (size_t i = 0; i < names.size(); ++i) {
    schema.arguments[i + 1].name = names[i].name;
    schema.arguments[i + 1].default_value = names[i].default_value;
  }
}

namespace {

// "ns::name.overload" or a schema; the types of `f` where none are written.
FunctionSchema schema_for(const std::string& text, const CppFunction* f) {
  if (text.find('(') != text.npos) return parse_schema(text);
  TL_CHECK(f && f->inferred(), "operator ", text,
           ": give a schema, or a function whose types tell it");
  FunctionSchema s = f->schema();
  const size_t dot = text.find('.');
  s.name = text.substr(0, dot);
  s.overload = dot == text.npos ? "" : text.substr(dot + 1);
  return s;
}

// The function must take as many arguments as the schema says; their types are checked with every
// call.
void check_function(const FunctionSchema& schema, const CppFunction& f) {
  if (!f.inferred()) return;
  const size_t given = f.schema().arguments.size(), wanted = schema.arguments.size();
  TL_CHECK(given == wanted, "operator ", schema.str(), ": the function takes ", given,
           " arguments instead of ", wanted);
}

void define(const std::string& name_or_schema, const CppFunction& f, DispatchKey key) {
  FunctionSchema schema = schema_for(name_or_schema, &f);
  check_function(schema, f);
  const std::string name = schema.qualified();
  define_operator(std::move(schema));
  implement_operator(name, f.key(key), f.boxed(name));
}

}  // namespace
}  // namespace detail

Library::Library(Kind, std::string ns, std::optional<DispatchKey> key, const char*, uint32_t)
    : ns_(std::move(ns)), key_(key.value_or(DispatchKey::CompositeImplicitAutograd)) {}

// PyTorch takes "ns::name" too.
std::string Library::qualified(const std::string& name) const {
  const size_t colons = name.find("::");
  if (colons == name.npos || colons > name.find('(')) return ns_ + "::" + name;
  TL_CHECK(ns_ == "_" || name.compare(0, colons, ns_) == 0, "TORCH_LIBRARY(", ns_, "): ", name,
           " is of another namespace");
  return name;
}

Library& Library::def(const std::string& schema) {
  define_operator(detail::schema_for(qualified(schema), nullptr));
  return *this;
}

Library& Library::def(const std::string& name_or_schema, CppFunction f) {
  detail::define(qualified(name_or_schema), f, key_);
  return *this;
}

Library& Library::impl(const std::string& name, CppFunction f) {
  const std::string whole = qualified(name);
  implement_operator(whole, f.key(key_), f.boxed(whole));
  return *this;
}

void RegisterOperators::add(const std::string& name_or_schema, const CppFunction& f) {
  detail::define(name_or_schema, f, DispatchKey::CatchAll);
}

RegisterOperators& RegisterOperators::op(Options o) & {
  if (o.function_)
    add(o.schema_, *o.function_);
  else
    define_operator(parse_schema(o.schema_));
  return *this;
}

Dispatcher& Dispatcher::singleton() {
  static Dispatcher d;
  return d;
}

std::optional<OperatorHandle> Dispatcher::findOp(const OperatorName& n) const {
  const Overload* o = try_find_overload(n.qualified());
  return o ? std::optional(OperatorHandle(*o)) : std::nullopt;
}

std::vector<OperatorName> Dispatcher::getAllOpNames() const {
  std::vector<OperatorName> out;
  for (const std::string_view name : operator_names()) {
    const size_t dot = name.find('.', name.find("::"));
    out.emplace_back(std::string(name.substr(0, dot)),
                     dot == name.npos ? "" : std::string(name.substr(dot + 1)));
  }
  return out;
}

OperatorHandle Dispatcher::findSchemaOrThrow(const char* name, const char* overload) const {
  return OperatorHandle(find_overload(OperatorName(name, overload).qualified()));
}

}  // namespace tealight
