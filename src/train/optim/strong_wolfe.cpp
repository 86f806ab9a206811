#include "train/optim/strong_wolfe.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace torch::optim {
namespace {

constexpr double kDescent = 1e-4, kCurvature = 0.9, kToleranceChange = 1e-9;
constexpr int kMaxTrials = 25;

// Where the cubic through both points has its minimum, within the bounds.
double minimum_of_cubic(const LinePoint& a, const LinePoint& b, double low, double high) {
  const double d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t);
  const double square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const double d2 = std::sqrt(square);
  const LinePoint &left = a.t <= b.t ? a : b, &right = a.t <= b.t ? b : a;
  const double t = right.t - (right.t - left.t) *
                                 ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
  return std::min(std::max(t, low), high);
}

class Search {
 public:
  Search(const std::function<LinePoint(double)>& at, const LinePoint& start, double longest)
      : at_(at), start_(start), longest_(longest) {}

  LinePoint run(double t) {
    if (!bracket(t)) zoom();
    return low();
  }

 private:
  bool too_high(const LinePoint& p) const {
    return p.loss > start_.loss + kDescent * p.t * start_.slope;
  }
  bool flat_enough(const LinePoint& p) const {
    return std::abs(p.slope) <= -kCurvature * start_.slope;
  }
  LinePoint& low() { return bracket_[low_]; }
  LinePoint& high() { return bracket_[1 - low_]; }
  void set_bracket(const LinePoint& a, const LinePoint& b) {
    bracket_ = {a, b};
    low_ = a.loss <= b.loss ? 0 : 1;
  }

  // Takes longer and longer steps until a good place lies between two of them. True when one was
  // hit, which then is low().
  bool bracket(double t) {
    LinePoint before = start_, now = at_(t);
    for (; trials_ < kMaxTrials; ++trials_) {
      const bool rises = too_high(now) || (trials_ > 1 && now.loss >= before.loss);
      if (!rises && flat_enough(now)) {
        set_bracket(now, now);
        return true;
      }
      if (rises || now.slope >= 0) {
        set_bracket(before, now);
        return false;
      }
      const double next =
          minimum_of_cubic(before, now, now.t + 0.01 * (now.t - before.t), now.t * 10);
      before = std::exchange(now, at_(next));
    }
    set_bracket(start_, now);
    return false;
  }

  // Narrows the bracket.
  void zoom() {
    bool stuck = false;
    for (; trials_ < kMaxTrials; ++trials_) {
      const auto [left, right] = std::minmax(low().t, high().t);
      if ((right - left) * longest_ < kToleranceChange) return;
      const LinePoint now = at_(trial(left, right, stuck));
      if (too_high(now) || now.loss >= low().loss) {
        high() = now;
        set_bracket(LinePoint(bracket_[0]), LinePoint(bracket_[1]));
        continue;
      }
      const bool done = flat_enough(now);
      if (!done && now.slope * (high().t - low().t) >= 0) high() = low();
      low() = now;
      if (done) return;
    }
  }

  // The minimum of the cubic; near an end for the second time: a tenth of the way from there.
  double trial(double left, double right, bool& stuck) const {
    const double t = minimum_of_cubic(bracket_[0], bracket_[1], left, right);
    const double margin = 0.1 * (right - left);
    if (std::min(right - t, t - left) >= margin) {
      stuck = false;
      return t;
    }
    if (!stuck && t < right && t > left) {
      stuck = true;
      return t;
    }
    stuck = false;
    return std::abs(t - right) < std::abs(t - left) ? right - margin : left + margin;
  }

  const std::function<LinePoint(double)>& at_;
  const LinePoint& start_;
  const double longest_;
  std::array<LinePoint, 2> bracket_;
  size_t low_ = 0;
  int trials_ = 0;
};

}  // namespace

LinePoint strong_wolfe(const std::function<LinePoint(double)>& at, const LinePoint& start, double t,
                       double longest) {
  return Search(at, start, longest).run(t);
}

}  // namespace torch::optim
