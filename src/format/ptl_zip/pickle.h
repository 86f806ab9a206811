// Python's pickle format, as a virtual machine that builds Values. Nothing of a pickle is ever run:
// what a name in it stands for, and what calling it gives, is the host's business, and hosts know a
// fixed list of names. The format: Python's Lib/pickletools.py. Protocols 2 to 5.
#pragma once
#include <span>

#include "format/options.h"
#include "format/reader.h"
#include "tealight/value.h"

namespace tealight {

/// What the machine asks for. Each may throw.
class PickleHost {
 public:
  virtual ~PickleHost() = default;
  /// A class or function by name; the Value comes back in the calls below.
  virtual Value global(const std::string& qualified_name) = 0;
  /// callee(*args). PyTorch's pickles of enums have a bare value as `args`.
  virtual Value reduce(const Value& callee, const Value& args) = 0;
  /// cls.__new__(cls, *args)
  virtual Value create(const Value& cls, const Value& args) = 0;
  /// object.__setstate__(state), or its attributes from a dict
  virtual void build(const Value& object, const Value& state) = 0;
  /// What a persistent id stands for: a storage.
  virtual Value persistent(const Value& id) = 0;
};

class Unpickler {
 public:
  /// `what` names the bytes in messages.
  Unpickler(std::span<const uint8_t> bytes, std::string what, PickleHost& host, MemoryCap& memory);
  ~Unpickler();
  Unpickler(const Unpickler&) = delete;
  Unpickler& operator=(const Unpickler&) = delete;

  /// One pickle, up to its STOP. The result holds no cycles, is nested no deeper than 512, and does
  /// not explode when containers that are shared are written out.
  Value load();
  /// Where the pickle ended: streams have several in a row.
  size_t position() const { return in_.position(); }

 private:
  bool step(uint8_t op);  // false: STOP
  bool push_constant(uint8_t op);
  bool push_text(uint8_t op);
  bool build_container(uint8_t op);
  bool use_memo(uint8_t op);
  bool call_host(uint8_t op);
  bool move_stack(uint8_t op);

  void push(Value v);
  void push_container(Value v, size_t bytes);
  Value pop();
  Value& top();
  std::vector<Value> pop_to_mark();
  std::vector<Value> pop_n(size_t n);
  void push_string(uint64_t size);
  void push_long(uint64_t size);
  void push_tuple(std::vector<Value> items);
  void append(const Value& list, std::vector<Value> items);
  void set_items(const Value& dict, std::vector<Value> items);
  void remember(uint64_t index);
  const Value& recall(uint64_t index);
  void adopt(const Value& made);  // a container that the host made
  void break_cycles() noexcept;

  Reader in_;
  PickleHost& host_;
  MemoryCap& memory_;
  std::vector<Value> stack_;
  std::vector<size_t> marks_;
  std::vector<Value> memo_;
  std::vector<Value>
      made_;  // every container that can be changed: a hostile pickle can put one into itself
  size_t highest_ = 0;  // the stack's
  size_t memo_count_ = 0;
  bool done_ = false;
};

}  // namespace tealight
