#include "format/nesting.h"

#include <unordered_map>

namespace tealight {
namespace {

constexpr uint32_t kMaxDepth = 512;
constexpr uint64_t kMaxWrittenOut = uint64_t(1) << 26;

bool is_container(const Value& v) {
  return v.isList() || v.isTuple() || v.isGenericDict() || v.isObject() || v.isEnum();
}

// A tuple of plain values, such as an instruction: not worth a node.
bool is_flat(const Value& v) {
  if (!v.isTuple()) return false;
  for (const Value& item : v.toTupleRef().items)
    if (is_container(item)) return false;
  return true;
}

struct Node {
  Value value;
  std::vector<Value> children;  // containers only
  size_t next = 0;
  uint32_t depth = 1;
  uint64_t size = 1;  // values when written out

  explicit Node(const Value& v) : value(v) {
    if (v.isList()) add(v.toListRef().items);
    if (v.isTuple()) add(v.toTupleRef().items);
    if (v.isObject()) add(v.toObjectRef().slots);
    if (v.isEnum()) add(v.toEnumRef().value);
    if (!v.isGenericDict()) return;
    for (const auto& [key, item] : v.toDictRef().entries()) {
      add(key);
      add(item);
    }
  }
  void add(const std::vector<Value>& items) {
    for (const Value& item : items) add(item);
  }
  void add(const Value& item) {
    if (is_flat(item))
      size += item.toTupleRef().items.size();
    else if (is_container(item))
      children.push_back(item);
    ++size;
  }
};

struct Measure {
  uint32_t depth = 0;  // 0: on the path that we are on
  uint64_t size = 0;
};

}  // namespace

void check_nesting(const Value& v, const std::string& what) {
  if (!is_container(v)) return;
  std::unordered_map<const void*, Measure> known;
  std::vector<Node> path;
  path.emplace_back(v);
  known.try_emplace(v.payload());
  while (!path.empty()) {
    Node& node = path.back();
    if (node.next < node.children.size()) {
      const Value child = node.children[node.next++];
      const auto [at, fresh] = known.try_emplace(child.payload());
      if (fresh) {
        if (path.size() >= kMaxDepth)
          corrupt(str(what, ": containers nested deeper than ", kMaxDepth));
        path.emplace_back(child);
        continue;
      }
      if (at->second.depth == 0) corrupt(str(what, ": a container holds itself"));
      node.depth = std::max(node.depth, at->second.depth + 1);
      node.size += at->second.size;
    } else {
      known[node.value.payload()] = {node.depth, node.size};
      const uint32_t depth = node.depth + 1;
      const uint64_t size = node.size;
      path.pop_back();
      if (path.empty()) break;
      path.back().depth = std::max(path.back().depth, depth);
      path.back().size += size;
    }
    const Node& last = path.back();
    if (last.depth > kMaxDepth) corrupt(str(what, ": containers nested deeper than ", kMaxDepth));
    if (last.size > kMaxWrittenOut)
      corrupt(str(what, ": containers that share others stand for more than ", kMaxWrittenOut,
                  " values"));
  }
}

}  // namespace tealight
