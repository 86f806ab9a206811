// ModuleDict: modules by name, in the order of insertion; it has no forward().
#pragma once
#include "tealight/nn/cloneable.h"

namespace torch::nn {

class TL_API ModuleDictImpl : public Cloneable<ModuleDictImpl> {
 public:
  using Modules = OrderedDict<std::string, std::shared_ptr<Module>>;
  using Pairs = std::vector<std::pair<std::string, std::shared_ptr<Module>>>;
  using Iterator = Modules::Iterator;
  using ConstIterator = Modules::ConstIterator;

  ModuleDictImpl() = default;
  explicit ModuleDictImpl(const Pairs& modules) { update(modules); }
  explicit ModuleDictImpl(const Modules& modules) { update(modules); }

  std::shared_ptr<Module> clone(const std::optional<Device>& device = std::nullopt) const override;
  void reset() override {}
  void pretty_print(std::ostream& stream) const override;

  Pairs items() const { return modules_.pairs(); }
  std::vector<std::string> keys() const { return modules_.keys(); }
  std::vector<std::shared_ptr<Module>> values() const { return modules_.values(); }
  Iterator begin() { return modules_.begin(); }
  ConstIterator begin() const { return modules_.begin(); }
  Iterator end() { return modules_.end(); }
  ConstIterator end() const { return modules_.end(); }
  size_t size() const noexcept { return modules_.size(); }
  bool empty() const noexcept { return modules_.is_empty(); }
  bool contains(const std::string& key) const noexcept { return modules_.contains(key); }
  void clear();
  /// Takes one out and gives it.
  std::shared_ptr<Module> pop(const std::string& key);
  /// Adds modules, or puts them in place of those of the same name.
  void update(const Pairs& modules) {
    for (const auto& [key, module] : modules) insert(key, module);
  }
  template <class Container>
  void update(const Container& container) {
    for (const auto& item : container) insert(item.key(), item.value());
  }

  std::shared_ptr<Module> operator[](const std::string& key) const { return modules_[key]; }
  template <class T>
  T& at(const std::string& key) {
    static_assert(tealight::detail::is_module<T>::value,
                  "Can only call ModuleList::at with an nn::Module type");
    T* module = modules_[key]->template as<T>();
    TL_CHECK(module, "Unable to cast module[", key, "] to ", type_name(typeid(T)));
    return *module;
  }
  template <class T>
  const T& at(const std::string& key) const {
    return const_cast<ModuleDictImpl*>(this)->at<T>(key);
  }

 private:
  void insert(const std::string& key, std::shared_ptr<Module> module);
  Modules modules_;
};
TORCH_MODULE(ModuleDict);

}  // namespace torch::nn
