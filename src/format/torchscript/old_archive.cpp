// Archives of PyTorch 1.0 to 1.2:
//   model.json         the tree of modules: parameters, attributes, submodules, where their code
//   is;
//                      and the table of all tensors
//   tensors/<n>        their bytes
//   attributes.pkl     the values of attributes that are no parameters
//   code/<module>.py   methods, as functions whose first argument is the module
//   libs/**.py         classes and NamedTuples (1.2)
// Modules have no classes there; each gets one of its own here.
#include <algorithm>

#include "format/file_error.h"
#include "format/torchscript/json.h"
#include "format/torchscript/script_archive.h"
#include "format/torchscript/torchscript.h"
#include "script/parser.h"

namespace tealight {
namespace {

using script::Class;

constexpr int kMaxDepth = 100;  // of modules

struct TensorType {
  std::string_view name;
  ScalarType dtype;
};
constexpr TensorType kTensorTypes[] = {
    {"FLOAT", kFloat}, {"DOUBLE", kDouble}, {"FLOAT16", kHalf}, {"INT64", kLong}, {"INT32", kInt},
    {"INT16", kShort}, {"INT8", kChar},     {"UINT8", kByte},   {"BYTE", kByte},  {"BOOL", kBool}};

Value numbers(const Json& list) {
  std::vector<Value> out;
  for (const Json& n : list.items) out.emplace_back(n.integer());
  return make_tuple_value(std::move(out));
}

class OldArchive : ScriptArchive {
 public:
  explicit OldArchive(const ZipFile& zip)
      : ScriptArchive(zip, "libs/", read_archive_version(zip), true) {}
  ModelFile read();

 private:
  void read_tensors(const Json& table);
  void read_attributes();
  Tensor read_tensor(const Json&);
  intrusive_ptr<ObjectImpl> module(const Json&, const std::string& name, int depth);
  void read_methods(Class&, const Json& arena);
  const Tensor& tensor(const Json& id) const;

  std::vector<Tensor> tensors_;
  std::vector<Value> attributes_;
};

// ---- tensors

Tensor OldArchive::read_tensor(const Json& j) {
  const std::string& name = j["dataType"].text;
  const auto* type = std::find_if(std::begin(kTensorTypes), std::end(kTensorTypes),
                                  [&](const TensorType& t) { return t.name == name; });
  if (type == std::end(kTensorTypes)) corrupt(str("a tensor of type '", name, "'"));
  const std::string& key = j["data"]["key"].text;
  const auto numel = int64_t(zip_.get(key).size / element_size(type->dtype));
  const Tensor flat(storages_.get("", key, type->dtype, numel), Fact(type->dtype, {numel}), 0);
  PickleContext context;
  context.types = &types_;
  TorchPickleHost host(context, zip_.memory());
  return find_rebuild("torch._utils._rebuild_tensor_v2")(
      host, {flat, Value(j["offset"].integer()), numbers(j["dims"]), numbers(j["strides"]),
             Value(j["requiresGrad"].is_true()), Value(make_intrusive<DictImpl>())});
}

void OldArchive::read_tensors(const Json& table) {
  std::vector<Value> constants;
  for (const Json& j : table.items) {
    tensors_.push_back(read_tensor(j));
    constants.emplace_back(tensors_.back());
  }
  text_->set_constants(std::move(constants));
}

const Tensor& OldArchive::tensor(const Json& id) const {
  const int64_t i = id.integer();
  if (i < 0 || size_t(i) >= tensors_.size())
    corrupt(str("tensor number ", i, " of a table of ", tensors_.size()));
  return tensors_[size_t(i)];
}

void OldArchive::read_attributes() {
  if (!zip_.has("attributes.pkl")) return;
  PickleContext context;
  context.types = &types_;
  context.tensor_table = tensors_;
  const Value v = read_pickle(zip_, "attributes.pkl", "tensors/", storages_, context);
  attributes_ = v.isTuple() ? v.toTupleRef().items.vec() : v.toListRef().items;
}

// ---- modules

intrusive_ptr<ObjectImpl> OldArchive::module(const Json& j, const std::string& name, int depth) {
  if (depth > kMaxDepth) corrupt(str("modules nested deeper than ", kMaxDepth));
  Class& cls = unit_->declare_module(name);
  std::vector<Value> values;
  const auto add = [&](const std::string& attribute, TypePtr type, Value v) {
    if (cls.find_attribute(attribute) >= 0)
      corrupt(str("module ", name, " has two attributes '", attribute, "'"));
    cls.add_attribute(attribute, std::move(type));
    values.push_back(std::move(v));
  };
  for (const Json& p : j["parameters"].items) {
    (p["isBuffer"].is_true() ? cls.buffers : cls.parameters).push_back(p["name"].text);
    add(p["name"].text, Type::get(TypeKind::Tensor), tensor(p["tensorId"]));
  }
  for (const Json& a : j["attributes"].items) {
    const int64_t id = a["id"].integer();
    if (id < 0 || size_t(id) >= attributes_.size())
      corrupt(str("attribute ", id, " of ", attributes_.size()));
    const TypePtr type = unit_->type(a["type"].text);
    restore_types(attributes_[size_t(id)], *type);
    add(a["name"].text, type, attributes_[size_t(id)]);
  }
  for (const Json& s : j["submodules"].items) {
    const std::string inner = name + "." + s["name"].text;
    Value object(module(s, inner, depth + 1));
    add(s["name"].text, unit_->find_class(inner)->type, std::move(object));
  }
  // Every module has it, in the mode in which it is made.
  if (cls.find_attribute("training") < 0) add("training", Type::get(TypeKind::Bool), Value(true));
  if (j.has("torchscriptArena")) read_methods(cls, j["torchscriptArena"]);
  auto object = make_intrusive<ObjectImpl>(cls.type->cls);
  object->slots = std::move(values);
  return object;
}

void OldArchive::read_methods(Class& cls, const Json& arena) {
  auto source = std::make_shared<script::SourceText>();
  source->name = arena["key"].text;
  source->text = std::string(zip_.read(zip_.get(source->name)).text());
  zip_.memory().take(8 * source->text.size(), "a program's tree");
  for (const auto& f : text_->keep(script::parse_program(source)).functions)
    unit_->define(cls.name + "." + f->name, source, *f, &cls);
}

ModelFile OldArchive::read() {
  begin("TorchScript model of PyTorch 1.0 to 1.2 (zip)");
  const Json model = parse_json(zip_.read(zip_.get("model.json")).text());
  if (!model.has("mainModule")) corrupt("model.json names no mainModule");
  read_tensors(model["tensors"]);
  read_attributes();
  const Json& main = model["mainModule"];
  const std::string name = "__torch__." + main["name"].text;
  file_.root = Value(module(main, name, 0));
  for (const auto& [method, f] : unit_->find_class(name)->methods) code_.want(*f);
  return finish();
}

}  // namespace

ModelFile read_old_torchscript(const ZipFile& zip) { return OldArchive(zip).read(); }

}  // namespace tealight
