// Operators: called by name, asked for their schemas, and the program's own.
#include "handles.h"
#include "ops/registry.h"
#include "tealight/library.h"

using namespace tealight;
using namespace tealight::c;

namespace {

using Part = std::tuple<std::string, std::string, bool, Value, bool>;

std::vector<Part> parts_of(const std::vector<Argument>& arguments) {
  std::vector<Part> all;
  for (const Argument& a : arguments)
    all.emplace_back(a.name, a.type->str(), a.default_value.has_value(),
                     a.default_value.value_or(Value()), a.kwarg_only);
  return all;
}

// The handles of a call's arguments, freed when it ends.
struct Handles {
  std::vector<std::unique_ptr<tl_value>> owned;
  std::vector<tl_value*> all;
  explicit Handles(std::vector<Value>& values) {
    for (Value& v : values) {
      owned.emplace_back(make_handle(std::move(v)));
      all.push_back(owned.back().get());
    }
  }
};

std::vector<Value> results_from(std::unique_ptr<tl_value> given, const FunctionSchema& schema) {
  const size_t wanted = schema.returns.size();
  if (wanted == 0) return {};
  TL_CHECK(given, schema.name, ": gave no result; fix: set *result");
  if (wanted == 1) return {std::move(given->value)};
  TL_CHECK(given->value.isTuple() && given->value.toTupleRef().size() == wanted, schema.name,
           ": gave a ", given->value.tagKind(), "; fix: give a tuple of ", wanted, " results");
  return given->value.toTupleRef().items;
}

detail::BoxedFunction boxed(const FunctionSchema& schema, tl_operator f, void* user) {
  return [=](std::vector<Value>& stack) {
    const Handles arguments(stack);
    tl_value* result = nullptr;
    const tl_status status = f(user, arguments.all.data(), arguments.all.size(), &result);
    std::unique_ptr<tl_value> given(result);
    if (status != TL_OK) fail_again(status, schema.name);
    stack = results_from(std::move(given), schema);
  };
}

}  // namespace

tl_status tl_call(const char* name, tl_value* const* args, size_t n_args, tl_value** out) {
  return give(out, [&]() -> Value {
    need(name, "the operator's name");
    std::vector<Value> stack = values_of(args, n_args);
    const Overload& op = find_overload(name);
    check_and_complete(schema_of(op), stack);
    call(op, stack);
    if (stack.empty()) return Value();
    return stack.size() == 1 ? std::move(stack[0]) : make_tuple_value(std::move(stack));
  });
}

tl_status tl_operators(tl_value** out) {
  return give(out, [] {
    std::vector<std::string> names;
    for (std::string_view name : operator_names()) names.emplace_back(name);
    return names;
  });
}

tl_status tl_operator_schema(const char* name, tl_value** out) {
  return give(out, [&] {
    need(name, "the operator's name");
    return schema_of(find_overload(name)).str();
  });
}

tl_status tl_schema(const char* text, tl_value** arguments, tl_value** results) {
  return guard([&] {
    need(text, "the schema");
    const FunctionSchema schema = parse_schema(text);
    std::unique_ptr<tl_value> a(make_handle(Value(parts_of(schema.arguments))));
    std::unique_ptr<tl_value> r(make_handle(Value(parts_of(schema.returns))));
    if (arguments) *arguments = a.release();
    if (results) *results = r.release();
  });
}

tl_status tl_register_operator(const char* schema, tl_operator f, void* user) {
  return guard([&] {
    need(schema, "the schema");
    TL_CHECK(f, "the operator's function is NULL");
    FunctionSchema parsed = parse_schema(schema);
    const std::string name = parsed.qualified();
    detail::BoxedFunction function = boxed(parsed, f, user);
    define_operator(std::move(parsed));
    implement_operator(name, DispatchKey::CompositeImplicitAutograd, std::move(function));
  });
}
