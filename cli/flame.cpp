#include "flame.h"

#include <algorithm>

#include "ops/op.h"

namespace tealight::cli {
namespace {

constexpr const char kPage[] =
#include "flame_page.inc"
    ;

double us(std::chrono::nanoseconds t) { return double(t.count()) / 1e3; }

class Builder {
 public:
  explicit Builder(const Profiler& p) : profiler_(p) {}

  std::vector<FlameSpan> spans() {
    std::vector<int> depths;  // of each call
    for (const Profiler::Call& c : profiler_.calls()) {
      if (c.parent < 0) enter_modules(c);
      const int depth = c.parent < 0 ? int(open_.size()) : depths[size_t(c.parent)] + 1;
      depths.push_back(depth);
      add_call(c, depth);
    }
    return std::move(spans_);
  }

 private:
  // Leaves the modules that this call is not in, enters those it is in, and stretches all to its
  // end.
  void enter_modules(const Profiler::Call& c) {
    const std::vector<std::string> path = profiler_.places().module_path(c.place);
    size_t common = 0;
    while (common < std::min(path.size(), open_.size()) &&
           path[common] == spans_[open_[common]].label)
      ++common;
    open_.resize(common);
    for (size_t i = common; i < path.size(); ++i) {
      open_.push_back(spans_.size());
      spans_.push_back({path[i], true, int(i), us(c.start), 0, {}, {}});
    }
    for (const size_t i : open_) spans_[i].length_us = us(c.end) - spans_[i].start_us;
  }

  void add_call(const Profiler::Call& c, int depth) {
    FlameSpan s{c.op->schema.qualified(), false, depth, us(c.start), us(c.total()), {}, {}};
    for (const std::string& shape : profiler_.shapes(c))
      s.shapes += (s.shapes.empty() ? "" : ", ") + shape;
    s.source = profiler_.places().source_line(c.place);
    spans_.push_back(std::move(s));
  }

  const Profiler& profiler_;
  std::vector<FlameSpan> spans_;
  std::vector<size_t> open_;  // spans of the modules that the latest call was in
};

// Texts that many spans share are written once.
class Strings {
 public:
  size_t number(const std::string& s) {
    const auto [at, is_new] = numbers_.try_emplace(s, texts_.size());
    if (is_new) texts_.push_back(s);
    return at->second;
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::map<std::string, size_t> numbers_;
  std::vector<std::string> texts_;
};

double rounded(double us) { return std::round(us * 1000) / 1000; }

}  // namespace

std::vector<FlameSpan> flame_spans(const Profiler& profiler, size_t max_spans) {
  std::vector<FlameSpan> spans = Builder(profiler).spans();
  if (spans.size() <= max_spans) return spans;
  std::vector<double> lengths;
  for (const FlameSpan& s : spans) lengths.push_back(s.length_us);
  std::nth_element(lengths.begin(), lengths.begin() + int64_t(max_spans), lengths.end(),
                   std::greater<>());
  std::erase_if(spans,
                [least = lengths[max_spans]](const FlameSpan& s) { return s.length_us <= least; });
  return spans;
}

std::string flame_page(const nlohmann::json& about, const std::vector<FlameSpan>& spans) {
  Strings strings;
  nlohmann::json rows = nlohmann::json::array();
  for (const FlameSpan& s : spans)
    rows.push_back({strings.number(s.label), s.module ? 1 : 0, s.depth, rounded(s.start_us),
                    rounded(s.length_us), strings.number(s.shapes), strings.number(s.source)});
  nlohmann::json data = about;
  data["strings"] = strings.texts();
  data["spans"] = rows;
  std::string text = data.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  // Nothing in it can end the script that it stands in.
  for (size_t i = 0; (i = text.find('<', i)) != std::string::npos;) text.replace(i, 1, "\\u003c");
  std::string page(kPage);
  const std::string mark = "/*DATA*/null";
  page.replace(page.find(mark), mark.size(), text);
  return page;
}

}  // namespace tealight::cli
