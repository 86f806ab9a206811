#include "tealight/nn/any_module.h"

#include "tealight/autograd.h"

namespace tealight {
std::string type_name(const std::type_info& type) {
  const std::string name = autograd::demangled(type.name());
  return name == "tealight::Tensor" ? "at::Tensor" : name;
}
}  // namespace tealight

namespace torch::nn {

void AnyValue::fail_cast(const std::type_info& wanted) const {
  tealight::fail(str("Attempted to cast AnyValue to ", type_name(wanted),
                     ", but its actual type is ", type_name(type_info())));
}
void fail_argument(size_t index, const std::type_info& wanted, const AnyValue& value) {
  tealight::fail(str("Expected argument #", index, " to be of type ", type_name(wanted),
                     ", but received value of type ", type_name(value.type_info())));
}

AnyModule AnyModule::clone(std::optional<Device> device) const {
  AnyModule copy = *this;
  if (module_) copy.module_ = module_->clone(device);
  return copy;
}

AnyValue AnyModule::call(std::vector<AnyValue>&& arguments) {
  TL_CHECK(module_, "Cannot call forward() on an empty AnyModule");
  const size_t wanted = type_->num_arguments, given = arguments.size();
  const std::string name = type_name(*type_->type);
  if (module_->_forward_has_default_args()) {
    const size_t required = module_->_forward_num_required_args();
    TL_CHECK(given >= required && given <= wanted, name, "'s forward() method expects at least ",
             required, " argument(s) and at most ", wanted, " argument(s), but received ", given,
             ".");
    arguments = module_->_forward_populate_default_args(std::move(arguments));
  } else {
    const std::string hint =
        given < wanted ? str(" If ", name,
                             "'s forward() method has default arguments, please make sure the "
                             "forward() method is declared with a corresponding "
                             "`FORWARD_HAS_DEFAULT_ARGS` macro.")
                       : "";
    TL_CHECK(given == wanted, name, "'s forward() method expects ", wanted,
             " argument(s), but received ", given, ".", hint);
  }
  const ModuleScope scope(module_.get());
  return type_->forward(*module_, arguments);
}

void AnyModule::check_type(const std::type_info& wanted) const {
  TL_CHECK(wanted == *type_->type, "Attempted to cast module of type ", type_name(*type_->type),
           " to type ", type_name(wanted));
}

std::vector<AnyValue> with_default_arguments(
    std::vector<AnyValue>&& given, std::vector<std::pair<unsigned int, AnyValue>> defaults) {
  for (auto& [position, value] : defaults)
    if (position >= given.size()) given.push_back(std::move(value));
  return std::move(given);
}

}  // namespace torch::nn
