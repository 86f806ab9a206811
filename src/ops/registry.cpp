// The table of operators: the build's (ops_table.inc lists every TL_OP and TL_FNS) and the user's,
// found by name.
#include "ops/registry.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "ops/copied_out.h"
#include "ops/fns.h"
#include "tealight/library.h"

namespace tealight {
namespace ops {
#define TL_OP_ENTRY(name) extern const Op name;
#define TL_FNS_ENTRY(name) extern const std::span<const Fn> fns_##name;
#include "ops_table.inc"
#undef TL_OP_ENTRY
#undef TL_FNS_ENTRY
}  // namespace ops

namespace {

constinit const Op* const op_table[] = {
#define TL_OP_ENTRY(name) &ops::name,
#define TL_FNS_ENTRY(name)
#include "ops_table.inc"
#undef TL_OP_ENTRY
#undef TL_FNS_ENTRY
    nullptr};
constinit const std::span<const Fn>* const fn_table[] = {
#define TL_OP_ENTRY(name)
#define TL_FNS_ENTRY(name) &ops::fns_##name,
#include "ops_table.inc"
#undef TL_OP_ENTRY
#undef TL_FNS_ENTRY
    nullptr};

std::string_view name_of(const char* schema) {
  const std::string_view s = schema;
  return s.substr(0, s.find('('));
}

std::string_view without_overload(std::string_view qualified) {
  const size_t colons = qualified.find("::");
  return qualified.substr(0, qualified.find('.', colons == qualified.npos ? 0 : colons));
}

// "aten::relu_(Tensor(a!) self) -> Tensor(a!)" is in place; trailing keyword-only written arguments
// are out=. A plain function does what its schema says by itself.
void classify(Overload& o) {
  if (!o.op) return;
  for (const Argument& a : o.schema.arguments) o.n_out += a.written && a.kwarg_only;
  if (o.n_out && o.number > 0)
    o.form = Form::out;
  else if (!o.schema.arguments.empty() && o.schema.arguments[0].written && o.op && o.number > 0)
    o.form = Form::in_place;
}

// Schemas are parsed when an overload is first asked for: a program that runs one model parses a
// few dozen of 1500.
class Table {
 public:
  Table() {
    for_each_row([&](const Row& row) { rows_.emplace(name_of(row.text), row); });
  }

  const Overload* find(std::string_view name) {
    {
      std::shared_lock lock(mutex_);
      if (auto it = parsed_.find(name); it != parsed_.end()) return it->second;
    }
    std::optional<Overload> o = make(name);
    if (!o) return nullptr;
    std::unique_lock lock(mutex_);
    if (auto it = parsed_.find(name); it != parsed_.end()) return it->second;
    return add(std::move(*o));
  }

  void define(FunctionSchema schema) {
    const std::string name = schema.qualified();
    std::unique_lock lock(mutex_);
    TL_CHECK(!make(name) && !parsed_.contains(name), "operator ", name, " is already registered");
    Overload o;
    o.schema = std::move(schema);
    if (auto code = early_.find(name); code != early_.end())
      o.user = code->second.function;
    else
      o.user = [name](std::vector<Value>&) {
        throw NotImplementedError(
            str("operator ", name,
                " has a schema but no code; fix: m.def(schema, function) or TORCH_LIBRARY_IMPL"),
            ErrorKind::unsupported);
      };
    add(std::move(o));
  }

  // In the order of priorities, whenever a better one comes.
  void implement(const std::string& name, int priority,
                 std::function<void(std::vector<Value>&)> function) {
    const Overload* builtin = make(name) ? find(name) : nullptr;
    std::unique_lock lock(mutex_);
    UserCode& code = early_[name];
    if (code.function && code.priority >= priority) return;
    code = {priority, std::move(function)};
    const auto it = parsed_.find(name);
    if (it == parsed_.end()) return;
    if (builtin && it->second == builtin) {  // replaced: calls in flight keep the old one
      Overload& o = overloads_.emplace_back();
      o.schema = builtin->schema;
      o.user = code.function;
      it->second = &overloads_.back();
    } else {
      const_cast<Overload*>(it->second)->user = code.function;
    }
  }

  std::vector<const Overload*> overloads(std::string_view name) {
    std::vector<std::string_view> qualified;
    {
      std::unique_lock lock(mutex_);
      if (by_name_.empty()) index_by_name();
      if (const auto it = by_name_.find(name); it != by_name_.end()) qualified = it->second;
    }
    std::vector<const Overload*> found;
    for (std::string_view q : qualified) found.push_back(find(q));
    return found;
  }

  std::vector<std::string_view> names() {
    std::vector<std::string_view> all;
    for (const auto& [name, row] : rows_) {
      all.push_back(name);
      if (row.op && has(row.op->traits, Trait::copied_out))
        if (const auto out = copied_out(*find(name))) find(out->schema.qualified());
    }
    std::shared_lock lock(mutex_);
    for (const auto& [name, o] : parsed_)
      if (!rows_.contains(name)) all.push_back(name);
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  struct Row {
    const Op* op;
    ValueFn function;
    uint8_t number;
    const char* text;
  };
  // The build's overload of that name, in the schemas or by rule.
  std::optional<Overload> make(std::string_view name) const {
    const auto row = rows_.find(name);
    if (row == rows_.end()) {
      const std::string functional = functional_name(name);
      const auto from = functional.empty() ? std::nullopt : make(functional);
      return from ? copied_out(*from) : std::nullopt;
    }
    Overload o;
    o.op = row->second.op;
    o.function = row->second.function;
    o.schema = parse_schema(row->second.text);
    o.number = row->second.number;
    classify(o);
    return o;
  }
  template <class F>
  static void for_each_row(F f) {
    for (const Op* const* op = op_table; *op; ++op) {
      for (size_t i = 0; i < (*op)->schemas.size(); ++i)
        f(Row{*op, nullptr, uint8_t(i), (*op)->schemas.text[i]});
    }
    for (const std::span<const Fn>* const* fns = fn_table; *fns; ++fns) {
      for (const Fn& fn : **fns)
        if (fn.function) f(Row{nullptr, fn.function, 0, fn.schema.text});
    }
  }
  // Only the TorchScript compiler asks for overloads by name: bytecode names each one.
  void index_by_name() {
    const auto add = [&](std::string_view name) {
      by_name_[without_overload(name)].push_back(name);
    };
    for_each_row([&](const Row& row) { add(name_of(row.text)); });
    for (const std::string& name : names_)
      if (!rows_.contains(name)) add(name);
  }
  const Overload* add(Overload o) {
    overloads_.push_back(std::move(o));
    names_.push_back(overloads_.back().schema.qualified());
    const std::string_view name = names_.back();
    if (!by_name_.empty() && !rows_.contains(name))
      by_name_[without_overload(name)].push_back(name);
    return parsed_.emplace(name, &overloads_.back()).first->second;
  }
  std::unordered_map<std::string_view, Row> rows_;
  std::shared_mutex mutex_;  // guards what follows
  std::unordered_map<std::string_view, std::vector<std::string_view>> by_name_;  // when asked for
  std::deque<Overload> overloads_;
  std::deque<std::string> names_;
  std::unordered_map<std::string_view, const Overload*> parsed_;
  struct UserCode {
    int priority = -1;
    std::function<void(std::vector<Value>&)> function;
  };
  std::unordered_map<std::string, UserCode> early_;  // also of operators that are not defined yet
};

int priority_of(DispatchKey key) {
  switch (key) {
    case DispatchKey::CPU:
    case DispatchKey::QuantizedCPU:
      return 3;
    case DispatchKey::CompositeExplicitAutograd:
      return 2;
    case DispatchKey::CompositeImplicitAutograd:
    case DispatchKey::Undefined:
      return 1;
    case DispatchKey::Autograd:
    case DispatchKey::AutogradCPU:
      return 0;
    default:
      return -1;
  }
}

Table& table() {
  static Table* t = new Table;  // never destroyed: threads may still call while the process ends
  return *t;
}

}  // namespace

const Overload* try_find_overload(std::string_view name) { return table().find(name); }

const Overload& find_overload(std::string_view name) {
  if (const Overload* o = table().find(name)) return *o;
  NotImplementedError e(str("operator ", name, " is not in this build"), ErrorKind::unsupported);
  if (!kWhereOperatorsAreChosen.empty()) e.fix(std::string(kWhereOperatorsAreChosen));
  throw e;
}

std::vector<const Overload*> overloads_of(std::string_view name) { return table().overloads(name); }

const FunctionSchema& schema_of(const Overload& o) { return o.schema; }
void define_operator(FunctionSchema schema) { table().define(std::move(schema)); }
void implement_operator(const std::string& name, DispatchKey key, detail::BoxedFunction function) {
  if (const int priority = priority_of(key); priority >= 0)
    table().implement(name, priority, std::move(function));
}
std::vector<std::string_view> operator_names() { return table().names(); }
std::span<const Op* const> all_ops() { return {op_table, std::size(op_table) - 1}; }

std::vector<const Overload*> overloads_of(const Op& op) {
  std::vector<const Overload*> all;
  for (size_t i = 0; i < op.schemas.size(); ++i)
    all.push_back(&find_overload(name_of(op.schemas.text[i])));
  for (size_t i = 0; i < op.schemas.size(); ++i)
    if (const auto out = copied_out(*all[i]))
      all.push_back(&find_overload(out->schema.qualified()));
  return all;
}

}  // namespace tealight
