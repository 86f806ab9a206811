// The graph as text, as PyTorch prints it.
#include "graph/ir_print.h"

#include <algorithm>

#include "graph/ir.h"

namespace tealight::ir {
namespace {

constexpr int64_t kShownElements = 10;  // of a tensor; larger ones are only named

template <class Items, class F>
std::string joined(const Items& items, F text, const char* between = ", ") {
  std::string out;
  bool first = true;
  for (const auto& item : items) out += (std::exchange(first, false) ? "" : between) + text(item);
  return out;
}

std::string size_text(const std::optional<int64_t>& size) {
  return size ? std::to_string(*size) : "*";
}

// Float(1, 3, *, strides=[3, 1, 1], requires_grad=0, device=cpu)
std::string tensor_text(const TensorInfo& info) {
  std::vector<std::string> parts;
  if (info.sizes)
    for (const auto& size : *info.sizes) parts.push_back(size_text(size));
  if (info.strides) parts.push_back("strides=[" + joined(*info.strides, size_text) + "]");
  if (info.requires_grad)
    parts.push_back(*info.requires_grad ? "requires_grad=1" : "requires_grad=0");
  if (info.device) parts.push_back("device=" + info.device->str());
  std::string out = info.dtype ? str(*info.dtype) : "";
  if (!info.dtype || !info.sizes) out += "Tensor";
  if (!parts.empty() || info.sizes)
    out += "(" + joined(parts, [](const std::string& s) { return s; }) + ")";
  return out;
}

std::string field_text(const Type& tuple, size_t i) {
  return tuple.field_names[i] + " : " + type_text(*tuple.children[i]);
}

std::string tuple_text(const Type& t) {
  if (t.field_names.empty())
    return "(" + joined(t.children, [](const TypePtr& c) { return type_text(*c); }) + ")";
  std::string out = "NamedTuple(";
  for (size_t i = 0; i < t.children.size(); ++i) out += (i ? ", " : "") + field_text(t, i);
  return out + ")";
}

// ---- constants

std::string octal(char c) {
  std::string out = "\\";
  for (int shift : {6, 3, 0}) out += char('0' + ((uint8_t(c) >> shift) & 7));
  return out;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    constexpr std::string_view kSpecial = "\n\t\r\f\v\a\b\"\\", kWritten = "ntrfvab\"\\";
    if (const size_t at = kSpecial.find(c); at != kSpecial.npos)
      out += {'\\', kWritten[at]};
    else if (c >= ' ' && c <= '~')
      out += c;
    else
      out += octal(c);
  }
  return out + '"';
}

std::string one_element_text(const Tensor& t) {
  const Scalar s = t.item();
  if (s.isComplex())
    return str("{(", s.toComplexDouble().real(), ",", s.toComplexDouble().imag(), ")}");
  return "{" + (s.isFloatingPoint() ? str(s.toDouble()) : str(s.toLong())) + "}";
}

std::string constant_text(const Tensor& t) {
  if (!t.defined() || t.is_quantized() || t.numel() > kShownElements) return "<Tensor>";
  if (t.numel() == 1) return one_element_text(t);
  std::string out = str(t);
  if (out.find("Columns") != out.npos) return "<Tensor>";  // too wide for a line
  std::replace(out.begin(), out.end(), '\n', ' ');
  return out;
}

bool is_list_of_tensors(const Value& v) {
  return v.isList() && v.toListRef().element->is(TypeKind::Tensor);
}

std::string nested_text(const Value& v);

std::string list_text(const ListImpl& list) {
  if (list.items.empty()) return "annotate(List[" + list.element->annotation() + "], [])";
  return "[" + joined(list.items, nested_text) + "]";
}

std::string dict_text(const DictImpl& dict) {
  if (dict.entries().empty())
    return "annotate(Dict[" + dict.key->annotation() + ", " + dict.value->annotation() + "],{})";
  return "{" +
         joined(dict.entries(),
                [](const auto& e) { return nested_text(e.first) + ": " + nested_text(e.second); }) +
         "}";
}

std::string nested_text(const Value& v) {
  switch (v.tag()) {
    case ValueTag::Tensor:
      return constant_text(v.toTensor());
    case ValueTag::String:
      return in_quotes(v.toStringRef());
    case ValueTag::Device:
      return "torch.device(" + in_quotes(v.toDevice().str()) + ")";
    case ValueTag::List:
      return is_list_of_tensors(v) ? "[<Tensors>]" : list_text(v.toListRef());
    case ValueTag::Dict:
      return dict_text(v.toDictRef());
    case ValueTag::Tuple: {
      const auto& items = v.toTupleRef().items;
      return "(" + joined(items, nested_text) + (items.size() == 1 ? ",)" : ")");
    }
    case ValueTag::Enum:
      return v.toEnumRef().class_name + "." + v.toEnumRef().name;
    case ValueTag::Uninitialized:
      return "<Tensor>";
    case ValueTag::Object:
    case ValueTag::Generator:
    case ValueTag::Capsule:
    case ValueTag::Future:
      return "<Object>";
    default:
      return str(v);
  }
}

std::string placeholder(const Type& type) {
  if (type.is(TypeKind::List) && type.element()->is(TypeKind::Tensor)) return "[<Tensors>]";
  return type.is(TypeKind::Tensor) ? "<Tensor>" : "<Object>";
}

// A node's own attribute: True is 1, a device its name.
std::string attribute_text(const Node& n, const Value& v) {
  if (v.isBool()) return v.toBool() ? "1" : "0";
  if (v.isDevice()) return in_quotes(v.toDevice().str());
  if (v.isUninitialized() && !n.outputs().empty()) return placeholder(*n.output()->type());
  return nested_text(v);
}

// ---- nodes

std::string reference(const Var* v) { return "%" + v->name(); }
std::string declaration(const std::unique_ptr<Var>& v) {
  return reference(v.get()) + " : " +
         (v->info() && v->type()->is(TypeKind::Tensor) ? tensor_text(*v->info())
                                                       : type_text(*v->type()));
}

std::string attributes_text(const Node& n) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : n.attributes())
    parts.push_back(name + "=" + attribute_text(n, value));
  if (!n.types().empty())
    parts.push_back("types=[" + joined(n.types(), [](const TypePtr& t) { return type_text(*t); }) +
                    "]");
  if (parts.empty()) return "";
  return "[" + joined(parts, [](const std::string& s) { return s; }) + "]";
}

std::string source_text(const Source& s) {
  std::string out;
  if (!s.scope.empty()) out += ", scope: " + s.scope;
  if (!s.file.empty()) out += str(" # ", s.file, ":", s.line, ":", s.column);
  return out;
}

class Printer {
 public:
  explicit Printer(bool with_sources) : with_sources_(with_sources) {}
  void graph(const Graph&);
  void node(const Node&, size_t depth);
  std::string text;

 private:
  void block(const Block&, size_t number, size_t depth);
  void nodes(const Block& b, size_t depth) {
    for (const auto& n : b.nodes()) node(*n, depth);
  }
  bool with_sources_;
  std::vector<const Node*> with_graphs_;  // whose graphs follow the one being printed
};

void Printer::graph(const Graph& g) {
  text += "graph(" + joined(g.inputs(), declaration, ",\n      ") + "):\n";
  nodes(g.body(), 1);
  text += "  return (" + joined(g.outputs(), reference) + ")\n";
  const std::vector<const Node*> inner = std::exchange(with_graphs_, {});
  for (size_t i = 0; i < inner.size(); ++i) {
    text += str("with ", inner[i]->kind(), "_", i, " = ");
    graph(*inner[i]->subgraph());
  }
}

void Printer::node(const Node& n, size_t depth) {
  text.append(2 * depth, ' ');
  text += joined(n.outputs(), declaration) + " = " + n.kind();
  if (n.subgraph()) {
    text += str("_", with_graphs_.size());
    with_graphs_.push_back(&n);
  }
  text += attributes_text(n) + "(" + joined(n.inputs(), reference) + ")";
  if (with_sources_ && n.source()) text += source_text(*n.source());
  text += "\n";
  for (size_t i = 0; i < n.blocks().size(); ++i) block(*n.block(i), i, depth + 1);
}

void Printer::block(const Block& b, size_t number, size_t depth) {
  text.append(2 * depth, ' ');
  text += str("block", number, "(", joined(b.parameters(), declaration), "):\n");
  nodes(b, depth + 1);
  text.append(2 * depth + 2, ' ');
  text += "-> (" + joined(b.results(), reference) + ")\n";
}

}  // namespace

std::string type_text(const Type& t) {
  switch (t.kind) {
    case TypeKind::List:
      return type_text(*t.element()) + "[]";
    case TypeKind::Optional:
      return type_text(*t.element()) + "?";
    case TypeKind::Tuple:
      return tuple_text(t);
    case TypeKind::Future:
      return "Future[" + type_text(*t.element()) + "]";
    case TypeKind::Dict:
      return "Dict(" + type_text(*t.children[0]) + ", " + type_text(*t.children[1]) + ")";
    case TypeKind::Union:
      return "Union(" + joined(t.children, [](const TypePtr& c) { return type_text(*c); }) + ")";
    default:
      return t.str();
  }
}

std::string Node::str() const {
  const std::string outputs = joined(outputs_, declaration);
  return outputs + (outputs.empty() ? "" : " = ") + kind_ + attributes_text(*this) + "(" +
         joined(inputs_, reference) + ")";
}

std::string Graph::str(bool with_sources) const {
  Printer p(with_sources);
  p.graph(*this);
  return std::move(p.text);
}

}  // namespace tealight::ir
