// Functions of dict.
#include "ops/op.h"

namespace tealight::ops {
namespace {

Value keys(const DictImpl& d) {
  std::vector<Value> k;
  for (const auto& [key, value] : d.entries()) k.push_back(key);
  return make_list(d.key, std::move(k));
}

constexpr Fn rows[] = {
    TL_FN("aten::keys.str(Dict(str, t) self) -> str[](*)", [](const DictImpl& d) { return keys(d); }),
    TL_FN("aten::len.Dict_str(Dict(str, t) self) -> int", [](const DictImpl& d) { return int64_t(d.size()); }),
    TL_FN("aten::_set_item.str(Dict(str, t)(a!) l, str(b -> *) idx, t(c -> *) v) -> ()",
          [](DictImpl& d, const Value& k, const Value& v) { d.insert_or_assign(k, v); }),
};

}  // namespace
TL_FNS(dicts){rows};
}  // namespace tealight::ops
