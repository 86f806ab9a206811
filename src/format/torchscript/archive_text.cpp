#include "format/torchscript/archive_text.h"

#include <charconv>

#include "graph/upgraders.h"
#include "script/parser.h"

namespace tealight {

// "__torch__.torch.nn" -> code/__torch__/torch/nn.py
const script::Program* ArchiveText::program(const std::string& prefix) {
  const auto known = programs_.find(prefix);
  if (known != programs_.end()) return known->second.get();
  if (!zip_) return nullptr;
  std::string path = folder_ + prefix + ".py";
  for (size_t i = folder_.size(); i + 3 < path.size(); ++i)
    if (path[i] == '.') path[i] = '/';
  auto& slot = programs_[prefix];
  if (const ZipRecord* record = zip_->find(path)) {
    auto source = std::make_shared<script::SourceText>();
    source->name = path;
    source->text = std::string(zip_->read(*record).text());
    zip_->memory().take(8 * source->text.size(), "a program's tree");
    slot = std::make_unique<script::Program>(script::parse_program(std::move(source)));
  }
  return slot.get();
}

const script::Program& ArchiveText::keep(script::Program p) {
  others_.push_back(std::move(p));
  return others_.back();
}

ArchiveText::Found ArchiveText::find(const std::string& qualified_name) {
  const size_t dot = qualified_name.rfind('.');
  if (dot == std::string::npos) return {};
  const script::Program* p = program(qualified_name.substr(0, dot));
  if (!p) return {};
  const std::string_view name = std::string_view(qualified_name).substr(dot + 1);
  for (const auto& c : p->classes)
    if (c->name == name) return {p->source, c.get(), nullptr};
  for (const auto& f : p->functions)
    if (f->name == name) return {p->source, nullptr, f.get()};
  return {};
}

// "c12": element 12 of constants.pkl
const Value* ArchiveText::constant(const std::string& name) {
  size_t i = 0;
  if (name.size() < 2 || name[0] != 'c') return nullptr;
  const auto [end, status] = std::from_chars(name.data() + 1, name.data() + name.size(), i);
  if (status != std::errc() || end != name.data() + name.size() || i >= constants_.size())
    return nullptr;
  return &constants_[i];
}

std::string ArchiveText::old_operator(const std::string& symbol) {
  return old_symbol(symbol, version_, before_1_13_);
}

}  // namespace tealight
