#include "format/half_weights.h"

#include <cmath>
#include <unordered_set>

#include "format/custom_object.h"
#include "graph/model_file.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

constexpr int64_t kFewest = 16;  // elements; below it nothing is gained

bool fits_half(const Tensor& t) {
  if (t.scalar_type() != kFloat || t.numel() < kFewest) return false;
  constexpr float kLargest = 65504;
  const Tensor flat = t.contiguous();
  const float* v = flat.as<float>();
  for (int64_t i = 0; i < flat.numel(); ++i)
    if (!(std::abs(v[i]) <= kLargest)) return false;
  return true;
}
bool fits_half(const Value& v) {
  return v.isTensor() && v.toTensor().defined() && fits_half(v.toTensor());
}
Value halved(const Value& v) { return v.toTensor().detach().to(kHalf); }

/// The operator that packs weights from what the state of such an object holds.
struct Packing {
  std::string_view cls;
  const char* operation;
};
constexpr Packing kPackings[] = {
    {"__torch__.torch.classes.xnnpack.LinearOpContext", "prepacked::linear_clamp_prepack"},
    {"__torch__.torch.classes.xnnpack.Conv2dOpContext", "prepacked::conv2d_clamp_prepack"},
    {"__torch__.torch.classes.xnnpack.TransposeConv2dOpContext",
     "prepacked::conv2d_transpose_clamp_prepack"},
};
const Packing* packing_of(const Value& v) {
  if (!v.isObject()) return nullptr;
  for (const Packing& p : kPackings)
    if (p.cls == v.toObjectRef().cls->name) return &p;
  return nullptr;
}

// __setstate__(self, state): takes the state's tuple apart.
class Restorer {
 public:
  explicit Restorer(const std::string& cls) {
    f_->qualified_name = cls + ".__setstate__";
    f_->code.register_count = 3;
    FunctionSchema s;
    s.name = "__setstate__";
    s.arguments.resize(2);
    s.arguments[0].name = "self";
    s.arguments[0].type = Type::named(TypeKind::Class, cls);
    s.arguments[1].name = "state";
    s.arguments[1].type = Type::get(TypeKind::Any);
    s.returns.emplace_back().type = Type::get(TypeKind::None);
    f_->schema = std::move(s);
    emit(OpCode::STOREN, 1, 2);
  }
  /// Attribute `slot` from that part of the state.
  void attribute(size_t slot, bool is_half) {
    emit(OpCode::LOAD, kSelf);
    part(kState, slot);
    if (is_half) widen();
    emit(OpCode::SET_ATTR, int64_t(slot));
  }
  void packed(size_t slot, const Packing& how, size_t arguments) {
    part(kState, slot);
    emit(OpCode::STORE, kPart);
    emit(OpCode::LOAD, kSelf);
    for (size_t i = 0; i < arguments; ++i) {
      part(kPart, i);
      if (i == 0) widen();
    }
    call(how.operation, "", arguments);
    emit(OpCode::SET_ATTR, int64_t(slot));
  }
  std::unique_ptr<Function> finish() && {
    load({});
    emit(OpCode::RET);
    return std::move(f_);
  }

 private:
  static constexpr int64_t kSelf = 1, kState = 2, kPart = 3;

  void emit(OpCode op, int64_t x = 0, size_t n = 0) {
    f_->code.instructions.push_back({op, uint16_t(n), int32_t(x)});
  }
  void load(Value v) {
    emit(OpCode::LOADC, int64_t(f_->code.constants.size()));
    f_->code.constants.push_back(std::move(v));
  }
  void part(int64_t tuple, size_t i) {
    emit(OpCode::LOAD, tuple);
    load(int64_t(i));
    emit(OpCode::TUPLE_INDEX);
  }
  void widen() {
    for (const Value& v : {Value(kFloat), Value(false), Value(false), Value()}) load(v);
    call("aten::to", "dtype", 5);
  }
  void call(const char* symbol, const char* overload, size_t arguments) {
    emit(OpCode::OP, int64_t(f_->code.operators.size()));
    OperatorUse use;
    use.name = symbol, use.overload = overload, use.specified = int32_t(arguments);
    use.target = try_find_overload(use.qualified());
    use.on_stack = uint16_t(arguments);
    f_->code.operators.push_back(std::move(use));
  }

  std::unique_ptr<Function> f_ = std::make_unique<Function>();
};

class HalfModel {
 public:
  explicit HalfModel(const ModelFile& file)
      : file_(file), out_(without_code(file)), root_(file.root.toObject()) {
    out_.bytecode_version = file.bytecode_version, out_.before_1_13 = file.before_1_13;
    out_.pending = file.pending, out_.classes = file.classes, out_.debug = file.debug;
  }

  ModelFile run() {
    for (const PendingState& p : file_.pending) restored_.insert(p.object->cls->name);
    for (const auto& f : file_.functions) {
      if (f->name() == "__setstate__") restored_.insert(f->class_name());
      out_.functions.push_back(std::make_unique<Function>(*f));
    }
    if (!restored_.contains(root_->cls->name))
      for (auto& f : out_.functions)
        if (f->class_name() == root_->cls->name) move_constants(*f);
    find_objects();
    for (const auto& [name, objects] : objects_) halve(name, objects);
    return std::move(out_);
  }

 private:
  void find_objects() {
    std::unordered_set<const ObjectImpl*> seen;
    file_.root.visit([&](const Value& v) {
      if (v.isObject() && !v.isCustomClass() && seen.insert(&v.toObjectRef()).second &&
          !restored_.contains(v.toObjectRef().cls->name) && !custom_state(v.toObject()))
        objects_[v.toObjectRef().cls->name].push_back(v.toObject());
      return false;
    });
  }

  // Large constants become attributes of the root that the function loads at its beginning:
  // nothing else of its code changes, for jumps are relative.
  void move_constants(Function& f) {
    Code& code = f.code;
    if (code.instructions.empty() || code.instructions[0].x != 1) return;
    std::vector<Instruction> start;
    for (size_t c = 0; c < code.constants.size(); ++c) {
      const std::optional<size_t> slot = slot_for(code.constants[c]);
      if (!slot) continue;
      const auto reg = int32_t(++code.register_count);
      start.insert(
          start.end(),
          {{OpCode::LOAD, 0, 1}, {OpCode::GET_ATTR, 0, int32_t(*slot)}, {OpCode::STORE, 0, reg}});
      for (Instruction& i : code.instructions)
        if (i.op == OpCode::LOADC && i.x == int32_t(c)) i = {OpCode::LOAD, 0, reg};
      code.constants[c] = Value();
    }
    code.instructions.insert(code.instructions.begin() + 1, start.begin(), start.end());
    if (!code.debug_handles.empty())
      code.debug_handles.insert(code.debug_handles.begin() + 1, start.size(), -1);
  }

  // The root's new attribute for a constant; nothing: it stays one.
  std::optional<size_t> slot_for(const Value& v) {
    const Packing* packing = packing_of(v);
    const std::optional<Value> state = packing ? custom_state(v.toObject()) : std::nullopt;
    const bool moves = state ? state->isTuple() && !state->toTupleRef().items.empty() &&
                                   fits_half(state->toTupleRef().items[0])
                             : fits_half(v);
    if (!moves) return std::nullopt;
    for (size_t i = 0; i < moved_.size(); ++i)
      if (moved_[i].is(v)) return root_->slots.size() + i;
    moved_.push_back(v);
    return root_->slots.size() + moved_.size() - 1;
  }

  void halve(const std::string& name, const std::vector<intrusive_ptr<ObjectImpl>>& objects) {
    const bool is_root = name == root_->cls->name;
    const size_t slots = objects[0]->slots.size();
    std::vector<bool> halves(slots);
    bool any = is_root && !moved_.empty();
    for (const auto& o : objects)
      if (o->slots.size() != slots || (is_root && o.get() != root_.get())) return check_root(any);
    for (size_t i = 0; i < slots; ++i) {
      halves[i] = true;
      for (const auto& o : objects) halves[i] = halves[i] && fits_half(o->slots[i]);
      any |= halves[i];
    }
    if (!any) return;
    Restorer restorer(name);
    for (size_t i = 0; i < slots; ++i) restorer.attribute(i, halves[i]);
    std::vector<Value> extra;
    if (is_root) extra = extra_parts(restorer);
    out_.functions.push_back(std::move(restorer).finish());
    for (const auto& o : objects) {
      std::vector<Value> parts;
      for (size_t i = 0; i < slots; ++i)
        parts.push_back(halves[i] ? halved(o->slots[i]) : o->slots[i]);
      parts.insert(parts.end(), extra.begin(), extra.end());
      out_.pending.push_back({o, out_.functions.back().get(), make_tuple_value(std::move(parts))});
    }
  }

  static void check_root(bool has_moved_constants) {
    TL_CHECK(!has_moved_constants, "the model holds another object of its own class");
  }

  // What the root gets besides its attributes.
  std::vector<Value> extra_parts(Restorer& restorer) {
    std::vector<Value> parts;
    for (const Value& v : moved_) {
      const size_t slot = root_->slots.size() + parts.size();
      if (const Packing* packing = packing_of(v)) {
        std::vector<Value> state = custom_state(v.toObject())->toTupleRef().items;
        state[0] = halved(state[0]);
        restorer.packed(slot, *packing, state.size());
        parts.push_back(make_tuple_value(std::move(state)));
      } else {
        restorer.attribute(slot, true);
        parts.push_back(halved(v));
      }
    }
    return parts;
  }

  const ModelFile& file_;
  ModelFile out_;
  intrusive_ptr<ObjectImpl> root_;
  std::unordered_set<std::string> restored_;  // classes with a __setstate__ already
  std::map<std::string, std::vector<intrusive_ptr<ObjectImpl>>> objects_;
  std::vector<Value> moved_;  // constants that become attributes of the root
};

}  // namespace

ModelFile with_half_weights(const ModelFile& lite) { return HalfModel(lite).run(); }

}  // namespace tealight
