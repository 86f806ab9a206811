#include "listing.h"

#include <set>

#include "runtime/debug.h"
#include "runtime/places.h"
#include "tealight/schema.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

// ---- operators that Python has signs for

struct Sign {
  const char *op, *sign;
};
constexpr Sign kSigns[] = {
    {"aten::add", "+"},       {"aten::sub", "-"},       {"aten::mul", "*"}, {"aten::div", "/"},
    {"aten::floordiv", "//"}, {"aten::remainder", "%"}, {"aten::eq", "=="}, {"aten::ne", "!="},
    {"aten::lt", "<"},        {"aten::le", "<="},       {"aten::gt", ">"},  {"aten::ge", ">="},
    {"aten::__and__", "and"}, {"aten::__or__", "or"}};

// Only between numbers: an operator on tensors is worth a line.
const char* sign_of(const LiftedOp& op) {
  if (!op.use || op.inputs.size() != 2 || !op.use->target) return nullptr;
  const FunctionSchema& s = schema_of(*op.use->target);
  if (s.arguments.empty() || s.arguments[0].type->is(TypeKind::Tensor)) return nullptr;
  if (s.arguments[0].type->is(TypeKind::List)) return nullptr;
  for (const Sign& sign : kSigns)
    if (op.use->name == sign.op) return sign.sign;
  return nullptr;
}

bool is_tensorish(const Type& t) {
  return t.is(TypeKind::Tensor) || (!t.children.empty() && is_tensorish(*t.children[0]));
}

// The argument that input k is for; null for operators that take any number.
const Argument* argument_of(const LiftedOp& op, size_t k) {
  if (op.instruction.op != OpCode::OP || !op.use->target) return nullptr;
  const FunctionSchema& s = schema_of(*op.use->target);
  size_t outs = 0;
  for (const Argument& a : s.arguments) outs += a.written && a.kwarg_only;
  const size_t left_out = s.arguments.size() - std::min(s.arguments.size(), op.inputs.size());
  const size_t at = k + outs >= op.inputs.size() ? k + left_out : k;
  return at < s.arguments.size() ? &s.arguments[at] : nullptr;
}

// A dtype is a number in the file.
std::string argument_text(const Argument& a, const Value& v) {
  const Type& type = a.type->is(TypeKind::Optional) ? *a.type->element() : *a.type;
  if (!type.is(TypeKind::ScalarType) || !v.isInt()) return brief(v);
  return is_valid_dtype(v.toInt()) ? std::string(python_name(ScalarType(v.toInt()))) : brief(v);
}

bool is_default(const Argument& a, const LiftedFunction& f, int v) {
  const bool none = f[v].kind == LiftedValue::Kind::constant && f[v].known.isNone();
  const Value known = f.fixed(v);
  return a.default_value && (none || !known.isNone()) && known == *a.default_value;
}

// ---- code

class CodePrinter {
 public:
  CodePrinter(const LiftedFunction& f, const ModelFile& file) : f_(f), file_(file) {
    names_.resize(f.values.size());
    for (size_t i = 0; i < names_.size(); ++i) names_[i] = f.values[i].name;
    find_homes(f.body);
  }

  std::string text() {
    out_ = heading();
    indent_ = 1;
    block(f_.body);
    return std::move(out_);
  }

 private:
  std::string heading() const {
    const Function& f = *f_.function;
    std::string text = bold("def " + f.name()) + "(self";
    if (!f.schema) return text + ", ...):\n";
    for (size_t i = 1; i < f.schema->arguments.size(); ++i) {
      const Argument& a = f.schema->arguments[i];
      text += ", " + a.name + ": " + a.type->annotation();
      if (a.default_value) text += "=" + brief(*a.default_value);
    }
    text += ")";
    if (!f.schema->returns.empty()) text += " -> " + f.schema->returns[0].type->annotation();
    return text + ":\n";
  }

  // Where each value is made and taken: what is taken once, in its own block, may be written there.
  void find_homes(const LiftedBlock& b) {
    const int here = ++blocks_;
    for (const LiftedOp& op : b.ops) {
      for (const int v : op.inputs) taken_[v] = here;
      for (const LiftedBlock& inner : op.blocks) find_homes(inner);
      if (op.outputs.size() == 1) made_[op.outputs[0]] = {here, &op};
    }
    for (const int v : b.results) taken_[v] = here;
  }
  const LiftedOp* inlined(int v) const {
    const auto made = made_.find(v);
    if (made == made_.end() || f_[v].uses != 1 || !is_plain(*made->second.second)) return nullptr;
    const auto taken = taken_.find(v);
    return taken != taken_.end() && taken->second == made->second.first ? made->second.second
                                                                        : nullptr;
  }
  // Without effects, and the same later as now.
  static bool is_plain(const LiftedOp& op) {
    if (op.kind != LiftedOp::Kind::instruction) return false;
    switch (op.instruction.op) {
      case OpCode::TUPLE_CONSTRUCT:
      case OpCode::NAMED_TUPLE_CONSTRUCT:
      case OpCode::LIST_CONSTRUCT:
      case OpCode::DICT_CONSTRUCT:
      case OpCode::TUPLE_INDEX:
      case OpCode::__IS__:
      case OpCode::__ISNOT__:
      case OpCode::__NOT__:
      case OpCode::ISINSTANCE:
      case OpCode::FORMAT:
        return true;
      default:
        return sign_of(op) != nullptr;
    }
  }

  // ---- expressions

  std::string text(int v, bool as_operand = false) const {
    const LiftedValue& value = f_[v];
    if (value.kind == LiftedValue::Kind::constant) return brief(value.known);
    const LiftedOp* op = inlined(v);
    if (!op) return names_[size_t(v)];
    const std::string t = expression(*op);
    const bool compound = sign_of(*op) || op->instruction.op == OpCode::__IS__ ||
                          op->instruction.op == OpCode::__ISNOT__ ||
                          op->instruction.op == OpCode::__NOT__;
    return as_operand && compound ? "(" + t + ")" : t;
  }
  std::string list(const std::vector<int>& values, size_t first = 0) const {
    std::string t;
    for (size_t i = first; i < values.size(); ++i) t += (i == first ? "" : ", ") + text(values[i]);
    return t;
  }
  std::string call(const std::string& name, const std::vector<int>& inputs) const {
    return name + "(" + list(inputs) + ")";
  }
  std::string type_name(int64_t i) const {
    const auto& types = f_.function->code.types;
    return i >= 0 && size_t(i) < types.size() && types[size_t(i)]
               ? last_part(types[size_t(i)]->annotation())
               : "?";
  }

  std::string expression(const LiftedOp& op) const {
    const auto& in = op.inputs;
    const Instruction& i = op.instruction;
    switch (i.op) {
      case OpCode::OP:
      case OpCode::OPN:
        return operator_text(op);
      case OpCode::CALL:
        return called(f_.function->code.functions[size_t(i.x)]->name(), in);
      case OpCode::INTERFACE_CALL:
        return called(f_.function->code.constants[size_t(i.x)].toStringRef(), in);
      case OpCode::GET_ATTR:
        return text(in[0]) + "." + attribute(op);
      case OpCode::SET_ATTR:
        return text(in[0]) + "." + attribute(op) + " = " + text(in[1]);
      case OpCode::TUPLE_CONSTRUCT:
        return "(" + list(in) + (in.size() == 1 ? ",)" : ")");
      case OpCode::NAMED_TUPLE_CONSTRUCT:
        return call(type_name(i.x), in);
      case OpCode::LIST_CONSTRUCT:
        return "[" + list(in) + "]";
      case OpCode::DICT_CONSTRUCT: {
        std::string t;
        for (size_t k = 0; k + 1 < in.size(); k += 2)
          t += (k ? ", " : "") + text(in[k]) + ": " + text(in[k + 1]);
        return "{" + t + "}";
      }
      case OpCode::CREATE_OBJECT:
        return type_name(i.x) + ".__new__()";
      case OpCode::TUPLE_INDEX:
      case OpCode::DICT_INDEX:
        return text(in[0], true) + "[" + text(in[1]) + "]";
      case OpCode::TUPLE_SLICE:
        return text(in[0], true) + str("[", i.x, ":", i.x + i.n, "]");
      case OpCode::LIST_UNPACK:
        return text(in[0]);
      case OpCode::ISINSTANCE:
        return "isinstance(" + text(in[0]) + ", " + type_name(i.x) + ")";
      case OpCode::__IS__:
        return text(in[0], true) + " is " + text(in[1], true);
      case OpCode::__ISNOT__:
        return text(in[0], true) + " is not " + text(in[1], true);
      case OpCode::__NOT__:
        return "not " + text(in[0], true);
      case OpCode::DEVICE:
        return text(in[0]) + ".device";
      case OpCode::DTYPE:
        return text(in[0]) + ".dtype";
      case OpCode::IS_CUDA:
        return text(in[0]) + ".is_cuda";
      case OpCode::DIM:
        return text(in[0]) + ".dim()";
      case OpCode::NUM_TO_TENSOR:
        return call("tensor", in);
      case OpCode::TO_LIST:
        return text(in[0]) + ".tolist()";
      case OpCode::FORMAT:
        return in.empty() ? "format()" : text(in[0]) + ".format(" + list(in, 1) + ")";
      case OpCode::WARN:
        return "warn(" + text(in[0]) + ")";
      case OpCode::RAISE_EXCEPTION:
        return raised(in);
      default:
        return call(std::string(opcode_name(i.op)), in);
    }
  }
  std::string called(const std::string& name, const std::vector<int>& in) const {
    return in.empty() ? name + "()" : text(in[0]) + "." + name + "(" + list(in, 1) + ")";
  }
  std::string raised(const std::vector<int>& in) const {
    const Value c = in.size() > 1 ? f_[in[1]].known : Value();
    const std::string name =
        c.isString() && !c.toStringRef().empty() ? last_part(c.toStringRef()) : "Exception";
    return "raise " + name + "(" + (in.empty() ? "" : text(in[0])) + ")";
  }
  std::string attribute(const LiftedOp& op) const {
    const LiftedValue& object = f_[op.inputs[0]];
    const size_t slot = size_t(op.instruction.x);
    if (object.known.isObject() && slot < object.known.toObjectRef().cls->attributes.size())
      return object.known.toObjectRef().cls->attributes[slot];
    return str("slot", slot);
  }
  std::string operator_text(const LiftedOp& op) const {
    const auto& in = op.inputs;
    if (const char* sign = sign_of(op))
      return text(in[0], true) + " " + sign + " " + text(in[1], true);
    if (op.use->name == "aten::__contains__" && in.size() == 2)
      return text(in[1], true) + " in " + text(in[0], true);
    if (op.use->name == "prim::RaiseException") return raised(in);
    if (op.use->name == "aten::__getitem__" && in.size() == 2)
      return text(in[0], true) + "[" + text(in[1]) + "]";
    std::string t;
    for (size_t k = 0; k < in.size(); ++k) {
      const Argument* a = argument_of(op, k);
      if (a && is_default(*a, f_, in[k])) continue;
      const bool named = a && k > 0 && !is_tensorish(*a->type);
      t += (t.empty() ? "" : ", ") + (named ? a->name + "=" : "") +
           (a && f_[in[k]].kind == LiftedValue::Kind::constant ? argument_text(*a, f_[in[k]].known)
                                                               : text(in[k]));
    }
    return written_name(op.use->name) + "(" + t + ")";
  }

  // ---- statements

  void line(const std::string& text) {
    out_ += std::string(size_t(indent_) * 4, ' ') + text + "\n";
  }

  void block(const LiftedBlock& b) {
    const size_t begin = out_.size();
    for (const LiftedOp& op : b.ops) statement(op);
    if (b.leaves && !b.results.empty()) line("return " + text(b.results[0]));
    if (out_.size() == begin && b.results.empty()) line("pass");
  }

  void statement(const LiftedOp& op) {
    if (op.kind == LiftedOp::Kind::branch) return branch(op);
    if (op.kind == LiftedOp::Kind::loop) return loop(op);
    if (op.outputs.size() == 1 && inlined(op.outputs[0])) return;
    comment(op);
    std::string outputs;
    bool used = false;
    for (const int v : op.outputs) {
      used = used || f_[v].uses > 0;
      outputs += (outputs.empty() ? "" : ", ") + names_[size_t(v)];
    }
    if (op.instruction.op == OpCode::LIST_UNPACK && op.outputs.size() == 1) outputs += ",";
    line((used ? outputs + " = " : "") + expression(op));
  }

  // The author's module and line, where they change.
  void comment(const LiftedOp& op) {
    const auto frames = source_of(&file_, *f_.function, op.at);
    if (frames.empty()) return;
    const std::string module = joined(module_names(frames[0].module));
    const std::string where =
        (module.empty() ? "" : module + "  ") +
        (frames[0].file.empty()
             ? ""
             : frames[0].file.substr(frames[0].file.rfind('/') + 1) + str(":", frames[0].line));
    if (where == where_ || where.empty()) return;
    where_ = where;
    line(dim("# " + where));
  }

  void assign(const std::vector<int>& to, const std::vector<int>& from, size_t first = 0) {
    std::string left, right;
    for (size_t i = 0; i < to.size(); ++i) {
      const std::string value = text(from[i + first]);
      if (value == names_[size_t(to[i])]) continue;
      left += (left.empty() ? "" : ", ") + names_[size_t(to[i])];
      right += (right.empty() ? "" : ", ") + value;
    }
    if (!left.empty()) line(left + " = " + right);
  }

  // A result that is only made to leave the block is made under the name it leaves with.
  void take_names(const LiftedOp& op) {
    std::set<int> made;
    for (const LiftedBlock& b : op.blocks) {
      for (const LiftedOp& inner : b.ops) made.insert(inner.outputs.begin(), inner.outputs.end());
      for (size_t k = 0; k < b.results.size() && k < op.outputs.size(); ++k)
        if (made.count(b.results[k]) && f_[b.results[k]].uses == 1)
          names_[size_t(b.results[k])] = names_[size_t(op.outputs[k])];
    }
  }
  // else: if ... with nothing beside it.
  bool is_chain(const LiftedOp& op, const LiftedBlock& otherwise) const {
    if (otherwise.ops.empty() || otherwise.ops.back().kind != LiftedOp::Kind::branch) return false;
    for (size_t i = 0; i + 1 < otherwise.ops.size(); ++i)
      if (otherwise.ops[i].outputs.size() != 1 || !inlined(otherwise.ops[i].outputs[0]))
        return false;
    for (size_t k = 0; k < otherwise.results.size(); ++k)
      if (names_[size_t(otherwise.results[k])] != names_[size_t(op.outputs[k])] ||
          f_[otherwise.results[k]].kind == LiftedValue::Kind::constant)
        return false;
    return otherwise.results.size() == otherwise.ops.back().outputs.size();
  }

  void branch(const LiftedOp& op, const char* word = "if ") {
    const auto empty = [](const LiftedBlock& b) {
      return b.ops.empty() && b.results.empty() && !b.leaves;
    };
    const auto inside = [&](const LiftedBlock& b) {
      ++indent_;
      block(b);
      if (!b.leaves) assign(op.outputs, b.results);
      --indent_;
    };
    const LiftedBlock &yes = op.blocks[0], &no = op.blocks[1];
    take_names(op);
    const bool turned = empty(yes) && !empty(no);
    line(std::string(word) + (turned ? "not " : "") + text(op.inputs[0], turned) + ":");
    inside(turned ? no : yes);
    if (turned || empty(no)) return;
    if (is_chain(op, no)) return branch(no.ops.back(), "elif ");
    line("else:");
    inside(no);
  }

  void loop(const LiftedOp& op) {
    const LiftedBlock& body = op.blocks[0];
    const std::vector<int> carried(body.parameters.begin() + 1, body.parameters.end());
    for (size_t i = 0; i < carried.size(); ++i)
      names_[size_t(carried[i])] = names_[size_t(op.outputs[i])];
    assign(op.outputs, op.inputs, 2);
    const auto always = [&](int v) {
      return f_[v].kind == LiftedValue::Kind::constant && f_[v].known.isBool() &&
             f_[v].known.toBool();
    };
    const bool counted = always(op.inputs[1]) && (body.leaves || always(body.results[0]));
    const std::string count = names_[size_t(body.parameters[0])], going = "go_" + count;
    const bool counts = f_[body.parameters[0]].uses > 0;
    if (counted) {
      line("for " + count + " in range(" + text(op.inputs[0]) + "):");
    } else {
      line(going + " = " + text(op.inputs[1]));
      if (counts) line(count + " = 0");
      line("while " + going + ":");
    }
    ++indent_;
    block(body);
    if (!body.leaves) {
      if (!counted && counts) line(count + " += 1");
      if (!counted) line(going + " = " + text(body.results[0]));
      assign(op.outputs, body.results, 1);
    }
    --indent_;
  }

  const LiftedFunction& f_;
  const ModelFile& file_;
  std::vector<std::string> names_;
  std::map<int, int> taken_;                             // the block that takes a value
  std::map<int, std::pair<int, const LiftedOp*>> made_;  // the block that makes it, and how
  std::string out_, where_;
  int indent_ = 0, blocks_ = 0;
};

}  // namespace

std::string written_name(const std::string& qualified) {
  const size_t colons = qualified.find("::");
  if (colons == std::string::npos) return qualified;
  const std::string space = qualified.substr(0, colons), name = qualified.substr(colons + 2);
  return space == "aten" || space == "prim" ? name : space + "." + name;
}

std::string settings(const LiftedFunction& f, const LiftedOp& op) {
  std::string t;
  for (size_t k = 0; k < op.inputs.size(); ++k) {
    const Argument* a = argument_of(op, k);
    const Value known = f.fixed(op.inputs[k]);
    if (!a || is_tensorish(*a->type) || known.isNone() || known.isObject()) continue;
    if (a->name == "cudnn_enabled" || is_default(*a, f, op.inputs[k])) continue;
    t += (t.empty() ? "" : ", ") + a->name + "=" + argument_text(*a, known);
  }
  return t;
}

std::string code_text(const LiftedFunction& f, const ModelFile& file) {
  return CodePrinter(f, file).text();
}

std::string bytecode_text(const Function& f, const ModelFile& file) {
  const Code& code = f.code;
  Table table({">", "<", ">", ">", "<", "<"});
  for (size_t i = 0; i < code.instructions.size(); ++i) {
    const Instruction& in = code.instructions[i];
    std::string what;
    if ((in.op == OpCode::OP || in.op == OpCode::OPN) && size_t(in.x) < code.operators.size())
      what = code.operators[size_t(in.x)].qualified();
    if (in.op == OpCode::LOADC && size_t(in.x) < code.constants.size())
      what = brief(code.constants[size_t(in.x)]);
    if (in.op == OpCode::JF || in.op == OpCode::JMP || in.op == OpCode::LOOP)
      what = str("to ", int64_t(i) + in.x);
    const auto frames = source_of(&file, f, i);
    table.add({str(i), std::string(opcode_name(in.op)), str(in.x), in.n ? str(in.n) : "", what,
               frames.empty() ? "" : dim(joined(module_names(frames[0].module)))});
  }
  return bold(f.qualified_name) + dim(str("  ", code.register_count, " registers")) + "\n" +
         table.text();
}

}  // namespace tealight::cli
