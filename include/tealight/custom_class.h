// Classes written in C++ that models hold: packed parameters of quantized layers, and the user's
// own (torchbind). An object of one is an ObjectImpl whose slot 0 is a Capsule with the C++ object.
#pragma once
#include <functional>
#include <typeinfo>

#include "tealight/boxing.h"

namespace tealight {

struct TL_API CustomMethod {
  std::string name;
  std::function<void(std::vector<Value>& stack)> call;  // stack: self and arguments in, result out
  std::optional<FunctionSchema> schema;
  /// With self and arguments; missing ones take their defaults.
  Value operator()(std::vector<Value> stack) const;
  TorchSchema getSchema() const { return schema.value(); }
};
struct CustomClass {
  std::string name;  // "__torch__.torch.classes.quantized.Conv2dPackedParamsBase"
  std::vector<CustomMethod> methods;
  std::function<intrusive_ptr<intrusive_ptr_target>(const Value& state)> setstate;
  std::function<Value(const Value& self)> getstate;
  intrusive_ptr<ClassType> type;
  const std::type_info* cpp_type = nullptr;

  const CustomMethod* find_method(std::string_view method) const {
    for (const CustomMethod& m : methods)
      if (m.name == method) return &m;
    return nullptr;
  }
};

/// Null when this build and the user's program have no such class. Any thread.
TL_API const CustomClass* find_custom_class(std::string_view qualified_name);
TL_API const CustomClass* find_custom_class(const std::type_info& cpp_type);
/// For the whole process; throws when the name is taken. The result may be filled in until it is
/// first used.
TL_API CustomClass& register_custom_class(CustomClass);
/// Names of all, sorted.
TL_API std::vector<std::string> custom_class_names();
/// An object of a class from its C++ part.
TL_API Value make_custom_object(const CustomClass&, intrusive_ptr<intrusive_ptr_target>);
TL_API intrusive_ptr<intrusive_ptr_target> custom_payload(const Value&,
                                                          std::string_view class_name);
/// The C++ part; throws TypeError when the value is no object of the class that `T::kClassName`
/// names.
template <class T>
intrusive_ptr<T> custom_object(const Value& v) {
  return static_intrusive_pointer_cast<T>(custom_payload(v, T::kClassName));
}

namespace detail {
template <class T>
const CustomClass& class_of() {
  const CustomClass* c = find_custom_class(typeid(T));
  TL_CHECK(c, "the C++ class ", typeid(T).name(),
           " is not registered; fix: TORCH_LIBRARY(ns, m) { m.class_<T>(\"Name\"); }");
  return *c;
}
}  // namespace detail

/// The type of a class by its name, or null.
inline intrusive_ptr<ClassType> getCustomClass(std::string_view qualified_name) {
  const CustomClass* c = find_custom_class(qualified_name);
  return c ? c->type : nullptr;
}

template <class T>
struct ValueTraits<intrusive_ptr<T>> {
  static Value make(const intrusive_ptr<T>& p) {
    return p ? make_custom_object(detail::class_of<T>(), p) : Value();
  }
  static intrusive_ptr<T> from(const Value& v) {
    return static_intrusive_pointer_cast<T>(custom_payload(v, detail::class_of<T>().name));
  }
};
template <class T>
struct TypeOf<intrusive_ptr<T>> {
  static TypePtr get() { return Type::named(TypeKind::Class, detail::class_of<T>().name); }
};

/// A Value that holds a new T, a class that was registered.
template <class T, class... A>
Value make_custom_class(A&&... a) {
  return Value(make_intrusive<T>(std::forward<A>(a)...));
}

/// torch::init<Args...>(): the constructor that takes them.
template <class... A>
struct Init {};
template <class... A>
Init<A...> init() {
  return {};
}
/// torch::init([](int64_t n) { return make_intrusive<T>(n); })
template <class F>
struct InitFunction {
  F f;
};
template <class F>
InitFunction<F> init(F f) {
  return {std::move(f)};
}

/// Default and name of an argument: torch::arg("x") = 1.
struct arg {
  std::string name;
  std::optional<Value> default_value;
  explicit arg(std::string n) : name(std::move(n)) {}
  static Value none() { return Value(); }
  arg& operator=(Value v) {
    default_value = std::move(v);
    return *this;
  }
  arg(const arg&) = default;
  arg& operator=(const arg&) = default;
};

/// Describes a C++ class to models:
///   m.class_<Stack>("Stack").def(torch::init<std::vector<std::string>>()).def("push",
///   &Stack::push)
///       .def_pickle([](const intrusive_ptr<Stack>& s) { return s->items; },
///       [](std::vector<std::string> v) { ... });
template <class T>
class class_ {
 public:
  class_(const std::string& ns, const std::string& name, std::string = {})
      : cls_(&register_custom_class(
            {"__torch__.torch.classes." + ns + "." + name, {}, {}, {}, {}, &typeid(T)})) {}

  template <class... A>
  class_& def(Init<A...>, std::string = {}, std::initializer_list<arg> defaults = {}) {
    return def_init([](std::remove_cvref_t<A>... a) { return make_intrusive<T>(std::move(a)...); },
                    defaults);
  }
  template <class F>
  class_& def(InitFunction<F> made, std::string = {}, std::initializer_list<arg> defaults = {}) {
    return def_init(std::move(made.f), defaults);
  }
  /// A member function, or a function of (intrusive_ptr<T> self, ...).
  template <class F>
  class_& def(const std::string& name, F f, std::string = {},
              std::initializer_list<arg> defaults = {}) {
    return add(name, as_function(f), defaults);
  }
  template <class F>
  class_& def_static(const std::string& name, F f, std::string = {}) {
    return add(name, std::move(f), {});
  }
  template <class M>
  class_& def_readwrite(const std::string& name, M T::* field) {
    add(name + "_setter",
        [field](const intrusive_ptr<T>& self, M v) { self.get()->*field = std::move(v); }, {});
    return def_readonly(name, field);
  }
  template <class M>
  class_& def_readonly(const std::string& name, M T::* field) {
    return add(name + "_getter",
               [field](const intrusive_ptr<T>& self) -> M { return self.get()->*field; }, {});
  }
  template <class G>
  class_& def_property(const std::string& name, G get, std::string = {}) {
    return add(name + "_getter", as_function(get), {});
  }
  template <class G, class S>
    requires(!std::is_convertible_v<S, std::string>)
  class_& def_property(const std::string& name, G get, S set, std::string = {}) {
    add(name + "_setter", as_function(set), {});
    return add(name + "_getter", as_function(get), {});
  }
  template <class G, class S>
  class_& def_pickle(G get, S set) {
    using State =
        std::remove_cvref_t<std::tuple_element_t<0, typename detail::CallTraits<S>::Args>>;
    cls_->getstate = [get](const Value& self) { return Value(get(self.toCustomClass<T>())); };
    cls_->setstate = [set](const Value& state) -> intrusive_ptr<intrusive_ptr_target> {
      return set(state.to<State>());
    };
    add("__getstate__", get, {});
    return add("__setstate__",
               [set](Value self, State state) { fill(self, set(std::move(state))); }, {});
  }
  class_& _def_unboxed(const std::string& name, std::function<void(std::vector<Value>&)> f,
                       const TorchSchema& schema, std::string = {}) {
    cls_->methods.push_back({name, std::move(f), schema.schema()});
    return *this;
  }

 private:
  template <class F>
  static auto as_function(F f) {
    if constexpr (std::is_member_function_pointer_v<F>)
      return member(f);
    else
      return f;
  }
  template <class R, class C, class... A>
  static auto member(R (C::*f)(A...)) {
    return [f](const intrusive_ptr<T>& self, A... a) -> R {
      return (self.get()->*f)(std::forward<A>(a)...);
    };
  }
  template <class R, class C, class... A>
  static auto member(R (C::*f)(A...) const) {
    return [f](const intrusive_ptr<T>& self, A... a) -> R {
      return (self.get()->*f)(std::forward<A>(a)...);
    };
  }
  template <class F>
  class_& add(const std::string& name, F f, std::initializer_list<arg> defaults) {
    FunctionSchema schema = detail::infer_schema<F, detail::Tuples::one>(cls_->name + "." + name);
    detail::name_arguments(schema, std::vector<arg>(defaults));
    cls_->methods.push_back(
        {name, detail::box<F, detail::Tuples::one>(std::move(f), schema), std::move(schema)});
    return *this;
  }
  static void fill(const Value& self, intrusive_ptr<T> made) {
    self.toObjectRef().slots.at(0) = Value(ValueTag::Capsule, std::move(made));
  }
  // __init__ fills the object that the interpreter made.
  template <class F>
  class_& def_init(F f, std::initializer_list<arg> defaults) {
    using Args = typename detail::CallTraits<F>::Args;
    return add_init(std::move(f), defaults, static_cast<Args*>(nullptr));
  }
  template <class F, class... A>
  class_& add_init(F f, std::initializer_list<arg> defaults, std::tuple<A...>*) {
    return add(
        "__init__", [f](Value self, A... a) { fill(self, f(std::forward<A>(a)...)); }, defaults);
  }
  CustomClass* cls_;
};

}  // namespace tealight
