#include "format/torchscript/torchscript.h"

#include "format/file_error.h"
#include "format/ptl_zip/debug_records.h"
#include "format/torchscript/script_archive.h"

namespace tealight {
namespace {

using script::Class;

// 1.12 itself cannot be told from 1.13.
bool is_from_before_1_12(const ZipFile& zip, int64_t version) {
  constexpr int64_t kOf_1_5 = 2;
  return version <= kOf_1_5 || !writer_is_1_12_or_newer(zip).value_or(true);
}

// Reading a pickle declares the classes it names; compiling follows the references from the root's
// methods. What nothing leads to is not compiled.
class Archive : ScriptArchive {
 public:
  explicit Archive(const ZipFile& zip) : Archive(zip, read_archive_version(zip)) {}
  ModelFile read();

 private:
  Archive(const ZipFile& zip, int64_t version)
      : ScriptArchive(zip, "code/", version, is_from_before_1_12(zip, version)) {}
  PickleContext context();
  void read_constants();
  void want_root_methods();
  intrusive_ptr<ClassType> declared(const std::string& name);
  Value enum_member(const std::string& name, const Value&);
};

intrusive_ptr<ClassType> Archive::declared(const std::string& name) {
  const Class* c = unit_->find_class(name);
  return c && c->type->cls ? c->type->cls : nullptr;
}

Value Archive::enum_member(const std::string& name, const Value& value) {
  const Class* c = unit_->find_class(name);
  if (!c || c->kind != Class::Kind::enumeration)
    corrupt(str("the pickle holds a member of ", name, ", which the program does not declare"));
  for (const auto& [member, v] : c->members)
    if (v == value) return Value(make_intrusive<EnumImpl>(name, member, v));
  corrupt(str("the Enum ", name, " has no member of the value ", repr(value)));
}

PickleContext Archive::context() {
  PickleContext c;
  c.types = &types_;
  c.pending = &file_.pending;
  if (zip_.options().allow_unknown_classes) c.missing_classes = &file_.missing_classes;
  c.declared_class = [this](const std::string& name) { return declared(name); };
  c.enum_member = [this](const std::string& name, const Value& v) { return enum_member(name, v); };
  c.setstate = [this](const std::string& name) { return code_.want_method(name, "__setstate__"); };
  return c;
}

void Archive::read_constants() {
  if (!zip_.has("constants.pkl")) return;
  const Value v = read_pickle(zip_, "constants.pkl", "constants/", storages_, context());
  if (v.isTuple())
    text_->set_constants(v.toTupleRef().items);
  else if (v.isList())
    text_->set_constants(v.toListRef().items);
}

void Archive::want_root_methods() {
  Class* root = unit_->find_class(file_.root.toObjectRef().cls->name);
  if (!root)
    corrupt(
        str("the program does not declare the root's class, ", file_.root.toObjectRef().cls->name));
  for (const auto& [name, f] : root->methods)
    if (name != "__getstate__") code_.want_method(root->name, name);
}

ModelFile Archive::read() {
  begin("TorchScript model (zip)");
  read_constants();
  file_.root = read_pickle(zip_, "data.pkl", "data/", storages_, context());
  if (!file_.root.isObject())
    corrupt(str("data.pkl holds a ", file_.root.tagKind(), ", not a module"));
  for (PendingState& p : file_.pending) {
    script::ScriptFunction* f =
        unit_->find_method(*Type::named(TypeKind::Class, p.object->cls->name), "__setstate__");
    if (f && f->schema.arguments.size() == 2) restore_types(p.state, *f->schema.arguments[1].type);
  }
  want_root_methods();
  return finish();
}

}  // namespace

ModelFile read_torchscript(const ZipFile& zip) { return Archive(zip).read(); }

}  // namespace tealight
