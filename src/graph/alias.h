// Which variables may share memory, and which nodes write it: from the schemas' marks, "(a!)", as
// PyTorch's AliasDb reads them. An answer "no" is sure, "may" is not. Holds for the graph as it was
// when it was asked; a pass that adds or moves writes asks anew.
//
// A variable stands for a set of places: one for each node that makes something, and `outside` for
// whatever came in or went out. Containers and objects are places that hold others.
#pragma once
#include <set>
#include <unordered_map>

#include "graph/ir.h"

namespace tealight::ir {

class AliasInfo {
 public:
  explicit AliasInfo(const Graph&);

  /// Tensors, lists, dicts, objects and what holds such; numbers and strings are never shared.
  static bool is_mutable(const Type&);
  bool may_alias(const Var* a, const Var* b) const;
  /// The same of anything inside of them: a list's element with another list's.
  bool may_share_parts(const Var* a, const Var* b) const;
  /// Some node of the graph writes it, or something in it.
  bool may_be_written(const Var*) const;
  /// The same of a container itself: what it holds may be written.
  bool may_be_changed(const Var* container) const;
  /// A node strictly between two nodes of one block, or one inside of such, writes it or something
  /// in it.
  bool written_between(const Var*, const Node* from, const Node* to) const;
  /// The node, or one inside of it, writes something.
  bool writes(const Node*) const;
  bool writes_to(const Node*, const Var*) const;
  /// What the node writes is only what the nodes of `made` made.
  bool writes_only(const Node*, std::span<const Var* const> made) const;
  /// The node made it, and it may still be reached when the graph has run, or by code that the
  /// graph calls.
  bool new_and_escapes(const Var*) const;

  using Places = std::set<uint32_t>;
  Places parts_of(const Var*) const;  // its places and all that they hold
  /// Of what may be reached when the graph has run.
  const Places& reachable_later() const { return reachable_later_; }
  bool writes_into(const Node*, const Places&) const;  // not nodes inside of it

 private:
  friend class AliasBuilder;
  struct Write {
    const Node* node;
    TypePtr type;  // of what is written; null: anything
    Places places;
  };
  Places parts(Places) const;
  const Places& places_of(const Var*) const;
  static bool touches(const Write&, const Var*, const Places& its_parts);

  std::unordered_map<const Var*, Places> places_;
  std::unordered_map<const Var*, uint32_t> made_;  // the place of what a variable's node makes
  std::vector<Places> held_;                       // by place
  std::vector<Write> writes_;
  std::unordered_multimap<const Node*, size_t> writes_of_;
  Places reachable_later_, written_;
};

/// Does something besides giving results and writing its arguments: prints, raises, calls.
bool has_side_effects(const Node&);
/// The same arguments always give the same results.
bool is_deterministic(const Node&);

}  // namespace tealight::ir
