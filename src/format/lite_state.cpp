#include "format/lite_state.h"

namespace tealight {

ObjectStates::ObjectStates(const ModelFile& file, const WriteOptions& options) : options_(options) {
  for (const PendingState& p : file.pending) read_.emplace(p.object.get(), &p.state);
}

std::optional<Value> ObjectStates::operator()(const intrusive_ptr<ObjectImpl>& o) const {
  if (options_.state)
    if (std::optional<Value> made = options_.state(o)) return made;
  const auto at = read_.find(o.get());
  return at == read_.end() ? std::nullopt : std::optional(*at->second);
}

namespace {

// "__torch__.NT[NamedTuple, [[a, Tensor],[b, int]]]"
std::string definition(const Type& t) {
  std::string out = t.name + "[NamedTuple, [";
  for (size_t i = 0; i < t.children.size(); ++i)
    out += (i ? ",[" : "[") + t.field_names[i] + ", " + t.children[i]->annotation() + "]";
  return out + "]]";
}

bool is_named_tuple(const Type& t) { return t.is(TypeKind::Tuple) && !t.field_names.empty(); }

class TypeTexts {
 public:
  // Definitions that `t` needs in front of it.
  void add_needed(const Type& t) {
    for (const TypePtr& child : t.children) {
      add_needed(*child);
      if (is_named_tuple(*child) && defined_.insert(child->name).second)
        front.push_back(definition(*child));
    }
  }
  void add(const Type& t) {
    add_needed(t);
    const bool defines = is_named_tuple(t) && defined_.insert(t.name).second;
    own.push_back(defines ? definition(t) : t.annotation());
  }
  std::vector<std::string> front, own;

 private:
  std::unordered_set<std::string> defined_;
};

}  // namespace

std::vector<std::string> type_texts(const Code& code, size_t& shift) {
  TypeTexts texts;
  for (const TypePtr& t : code.types) texts.add(*t);
  shift = texts.front.size();
  std::vector<std::string> out = std::move(texts.front);
  out.insert(out.end(), texts.own.begin(), texts.own.end());
  return out;
}

std::vector<Instruction> shift_types(const std::vector<Instruction>& code, size_t shift) {
  std::vector<Instruction> out = code;
  for (Instruction& i : out) switch (i.op) {
      case OpCode::NAMED_TUPLE_CONSTRUCT:
      case OpCode::LIST_CONSTRUCT:
      case OpCode::DICT_CONSTRUCT:
      case OpCode::CREATE_OBJECT:
      case OpCode::ISINSTANCE:
        i.x += int32_t(shift);
        break;
      default:
        break;
    }
  return out;
}

std::map<std::string, std::string> all_extra_files(const ModelFile& file,
                                                   const WriteOptions& options) {
  std::map<std::string, std::string> out = options.extra_files;
  out.insert(file.extra_files.begin(), file.extra_files.end());
  return out;
}

}  // namespace tealight
