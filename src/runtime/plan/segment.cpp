#include "runtime/plan/segment.h"

#include <algorithm>

#include "core/cpu.h"
#include "core/log.h"
#include "graph/passes/pass.h"
#include "ops/copy.h"
#include "tealight/threads.h"

namespace tealight::planning {
namespace {

constexpr size_t kMostInstructions = 200'000;

bool same_fact(const Fact& a, const Fact& b) {
  return a.dtype == b.dtype && a.sizes == b.sizes && a.strides == b.strides &&
         (a.quantizer == b.quantizer ||
          (a.quantizer && b.quantizer && !a.quantizer->per_channel() &&
           !b.quantizer->per_channel() && a.quantizer->scheme == b.quantizer->scheme &&
           a.quantizer->scale == b.quantizer->scale &&
           a.quantizer->zero_point == b.quantizer->zero_point));
}

bool same_attribute(const Value& a, const Value& b) {
  if (a.tag() != b.tag()) return false;
  if (a.isObject()) return a.payload() == b.payload();
  return a == b;
}

Tensor copy_of(const Tensor& t) {
  Tensor copy(t.fact());
  copy_into(copy, t);
  return copy;
}

constexpr const char* kExactPasses[] = {"dead_code", "remove_copies", "dead_code"};
constexpr const char* kPasses[] = {"dead_code",      "remove_layout_copies", "fold_batch_norm",
                                   "fuse_epilogues", "fuse_mobile_blocks",   "fuse_attention",
                                   "fuse_shuffles",  "fuse_tables",          "dead_code"};

void run_passes(ir::Graph& g, Precision precision) {
  const bool exact = precision == Precision::exact;
  ir::run_passes(g, exact ? std::span<const char* const>(kExactPasses) : kPasses, {},
                 {.off = {}, .verify = logged("passes")});
}

}  // namespace

// One attempt to record: a frame of its own, on placeholders.
class SegmentMaker {
 public:
  SegmentMaker(Frame& real) : real_(real), context_(real.context().limits()) {
    context_.model = real.context().model;
    context_.methods = real.context().methods;
    context_.watcher = &recorder_;
    const auto is_input = [](const Tensor& t) { return t.storage() != nullptr; };
    const auto is_made = [](const ObjectImpl&) { return false; };
    PatternMaker maker(is_input, is_made);
    for (const Value& v : real.state()) before_.push_back(maker.make(v));
    inputs_ = std::move(maker.tensors);
    for (const Tensor& t : inputs_) placeholders_.push_back(recorder_.input(t));
    frame_.emplace(real.function(), std::span<Value>(), context_);
    std::vector<Value> state, containers;
    for (const Pattern& p : before_) state.push_back(fill(p, placeholders_, containers));
    before_state_ = std::move(containers);
    frame_->set_state(real.next_instruction(), std::move(state));
  }

  /// How many instructions went well.
  size_t go(size_t most, std::string& why) {
    size_t done = 0;
    try {
      recorder_.record([&] {
        for (; done < most && !returned_; ++done) returned_ = !frame_->step();
      });
      if (!returned_) why = "limit";
    } catch (const Stop& stop) {
      why = stop.why;
    } catch (const std::exception& e) {
      why = e.what();
    }
    return done;
  }

  std::unique_ptr<Segment> finish(const CompileOptions& options);
  size_t at() const { return frame_->next_instruction(); }

 private:
  void add_results(Segment&, std::span<const Tensor> tensors);
  bool containers_unchanged() const;

  Frame& real_;
  Recorder recorder_;
  RunContext context_;
  std::vector<Pattern> before_;
  std::vector<Tensor> inputs_, placeholders_;
  std::vector<Value> before_state_;
  std::optional<Frame> frame_;
  bool returned_ = false;
};

// What the frame was given holds what it held.
bool SegmentMaker::containers_unchanged() const {
  std::vector<Value> copies;
  for (const Pattern& p : before_) fill(p, placeholders_, copies);
  for (size_t i = 0; i < copies.size(); ++i)
    if (!(copies[i] == before_state_[i])) return false;
  return true;
}

void SegmentMaker::add_results(Segment& s, std::span<const Tensor> tensors) {
  std::vector<const Storage*> groups;
  for (const Tensor& t : tensors) {
    Segment::Result r{t.fact(), t.storage_offset(), -1, 0, false, {}, 0};
    if (t.has_elements()) {
      r.constant = recorder_.is_born(t);
      r.tensor = t;
      s.results_.push_back(r);
      continue;
    }
    if (const Tensor* input = recorder_.input_on(t.storage().get())) {
      const auto same = [&](const Tensor& i) { return i.is_same(*input); };
      r.input = std::find_if(inputs_.begin(), inputs_.end(), same) - inputs_.begin();
      r.offset -= input->storage_offset();
      s.results_.push_back(r);
      continue;
    }
    const auto at = std::find(groups.begin(), groups.end(), t.storage().get());
    r.group = size_t(at - groups.begin());
    if (at == groups.end()) {
      groups.push_back(t.storage().get());
      s.group_bytes_.push_back(t.storage()->nbytes());
    }
    recorder_.result(t);
    r.plan_result = s.plan_results_++;
    s.results_.push_back(r);
  }
}

std::unique_ptr<Segment> SegmentMaker::finish(const CompileOptions& options) {
  if (!containers_unchanged()) throw Stop{"a container that was there before is changed"};
  auto s = std::make_unique<Segment>();
  s->begin_ = real_.next_instruction();
  s->end_ = frame_->next_instruction();
  s->returns_ = returned_;
  s->isa_ = current_isa();
  s->threads_ = get_num_threads();
  s->before_ = std::move(before_);
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const auto on_same = [&](const Tensor& t) { return t.is_alias_of(inputs_[i]); };
    const size_t on =
        size_t(std::find_if(inputs_.begin(), inputs_.end(), on_same) - inputs_.begin());
    s->inputs_.push_back({inputs_[i].fact(), on, inputs_[i].storage_offset()});
  }
  const auto is_hole = [&](const Tensor& t) { return !t.has_elements() || recorder_.is_born(t); };
  const auto is_made = [&](const ObjectImpl& o) { return recorder_.is_made(o); };
  PatternMaker maker(is_hole, is_made);
  for (size_t i = 0; i < before_state_.size(); ++i) {
    Pattern given;
    given.kind = Pattern::Kind::given;
    given.number = i;
    maker.know(before_state_[i], std::move(given));
  }
  recorder_.each_container([&](const Value& copy, const Value& real) {
    Pattern itself;
    itself.value = real;
    maker.know(copy, std::move(itself));
  });
  recorder_.record([&] {
    for (const Value& v : frame_->state()) s->after_.push_back(maker.make(v));
    add_results(*s, maker.tensors);
  });
  Recording recording = recorder_.finish();
  s->attributes_ = std::move(recording.attributes);
  s->captured_ = std::move(recording.captured);
  s->graph_ = std::move(recording.graph);
  if (logged("recording")) log_line(s->graph_->str(false));
  run_passes(*s->graph_, options.precision);
  std::vector<Fact> facts(s->plan_results_);
  for (const Segment::Result& r : s->results_)
    if (r.input < 0 && !r.tensor.defined()) facts[r.plan_result] = r.fact;
  s->plan_ = compile(*s->graph_, placeholders_, facts, options);
  if (!logged("graph")) s->graph_.reset();  // it holds on to weights as they were
  if (s->writes_captured(inputs_)) throw Stop{"a tensor of the module is written as an argument"};
  return s;
}

// Two goes: the first finds how far it goes, the second ends there. (An instruction that stops may
// have changed lists and recorded operators by then.)
std::unique_ptr<Segment> Segment::make(Frame& frame, const CompileOptions& options, size_t& end,
                                       std::string& why) {
  size_t count;
  {
    SegmentMaker first(frame);
    count = first.go(kMostInstructions, why);
    end = first.at();
  }
  if (count == 0) return nullptr;
  try {
    SegmentMaker maker(frame);
    std::string ignored;
    if (maker.go(count, ignored) != count) return nullptr;
    std::unique_ptr<Segment> s = maker.finish(options);
    if (s->plan_->steps.empty() && !s->returns_) return nullptr;
    return s;
  } catch (const Stop& stop) {
    why = stop.why;
  } catch (const Error& e) {
    why = e.what();
  }
  return nullptr;
}

// ---- running

bool Segment::is_current() const {
  for (const AttributeRead& a : attributes_)
    if (a.slot >= a.object->slots.size() || !same_attribute(a.object->slots[a.slot], a.value))
      return false;
  for (const CapturedTensor& c : captured_)
    if (!c.tensor.storage() || c.tensor.storage()->version() != c.version) return false;
  return true;
}

// A tensor of the module is given as an argument, and written.
bool Segment::writes_captured(std::span<const Tensor> inputs) const {
  const auto is_captured = [&](size_t i) {
    return std::any_of(captured_.begin(), captured_.end(),
                       [&](const CapturedTensor& c) { return c.tensor.is_alias_of(inputs[i]); });
  };
  const auto& written = plan_->written_inputs;
  return std::any_of(written.begin(), written.end(), is_captured);
}

bool Segment::takes(std::span<const Tensor> inputs) const {
  if (inputs.size() != inputs_.size()) return false;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Input& wanted = inputs_[i];
    if (!inputs[i].has_elements() || !same_fact(inputs[i].fact(), wanted.fact)) return false;
    for (size_t k = 0; k < i; ++k)
      if (inputs[k].is_alias_of(inputs[i]) != (inputs_[k].on == wanted.on)) return false;
    if (wanted.on != i && inputs[i].storage_offset() - inputs[wanted.on].storage_offset() !=
                              wanted.offset - inputs_[wanted.on].offset)
      return false;
  }
  return !writes_captured(inputs);
}

std::vector<Tensor> Segment::make_results(std::span<const Tensor> inputs,
                                          std::vector<Tensor>& filled) const {
  std::vector<intrusive_ptr<Storage>> storages;
  for (size_t bytes : group_bytes_) storages.push_back(make_intrusive<Storage>(bytes));
  std::vector<Tensor> out;
  filled.resize(plan_results_);
  for (const Result& r : results_) {
    if (r.tensor.defined()) {
      out.push_back(r.constant ? copy_of(r.tensor) : r.tensor);
    } else if (r.input >= 0) {
      const Tensor& on = inputs[size_t(r.input)];
      const bool itself = r.offset == 0 && same_fact(r.fact, on.fact());
      out.push_back(itself ? on : Tensor(on.storage(), r.fact, on.storage_offset() + r.offset));
    } else {
      out.emplace_back(storages[r.group], r.fact, r.offset);
      filled[r.plan_result] = out.back();
    }
  }
  return out;
}

bool Segment::try_run(Frame& frame) const {
  if (isa_ != unsigned(current_isa()) || threads_ != get_num_threads()) return false;
  const std::span<const Value> state = frame.state();
  if (state.size() != before_.size()) return false;
  std::vector<Tensor> inputs;
  std::vector<Value> containers;
  for (size_t i = 0; i < state.size(); ++i)
    if (!matches(before_[i], state[i], inputs, containers)) return false;
  if (!takes(inputs)) return false;
  std::vector<Tensor> filled;
  const std::vector<Tensor> results = make_results(inputs, filled);
  plan_->run(inputs, filled, frame.context());
  std::vector<Value> after, made;
  after.reserve(after_.size());
  for (const Pattern& p : after_) after.push_back(fill(p, results, made, containers));
  frame.set_state(end_, std::move(after));
  return true;
}

}  // namespace tealight::planning
