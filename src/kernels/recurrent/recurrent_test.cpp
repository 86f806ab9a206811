#include "kernels/recurrent/recurrent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/linear/linear.h"
#include "kernels/testing.h"

namespace tealight::kernels {
namespace {

auto noise(int64_t n, unsigned seed) { return kernels::noise(n, seed, 0.8f); }

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TL_TEST_EACH_ISA(Recurrent);

struct Layer {
  RecurrentShape s;
  int64_t H = s.hidden, G = gate_count(s.cell) * H;
  std::vector<float> x = noise(s.steps * s.batch * s.inputs, 1), w_ih = noise(G * s.inputs, 2),
                     w_hh = noise(G * H, 3), b_ih = noise(G, 4), b_hh = noise(G, 5),
                     h0 = noise(s.batch * H, 6), c0 = noise(s.batch * H, 7);
  std::vector<float> y = std::vector<float>(size_t(s.steps * s.batch * H)), h = h0, c = c0;
  explicit Layer(RecurrentShape shape) : s(shape) {}

  void run(bool biases) {
    std::vector<float> packed_ih(linear_weights_bytes(G, s.inputs) / 4),
        packed_hh(linear_weights_bytes(G, H) / 4);
    pack_linear_weights(G, s.inputs, w_ih.data(), s.inputs, packed_ih.data());
    pack_linear_weights(G, H, w_hh.data(), H, packed_hh.data());
    std::vector<std::byte> scratch(recurrent_scratch_bytes(s));
    recurrent_f32(s,
                  {packed_ih.data(), packed_hh.data(), biases ? b_ih.data() : nullptr,
                   biases ? b_hh.data() : nullptr},
                  x.data(), h0.data(), s.cell == Cell::lstm ? c0.data() : nullptr, y.data(),
                  h.data(), c.data(), scratch.data());
  }
  // Gate g of unit j: the input's part, the state's part.
  std::pair<double, double> gate(int64_t g, int64_t j, const float* in, const double* h_before,
                                 bool biases) const {
    const size_t row = size_t(g * H + j);
    double from_input = biases ? b_ih[row] : 0, from_hidden = biases ? b_hh[row] : 0;
    for (int64_t k = 0; k < s.inputs; ++k)
      from_input += double(w_ih[row * size_t(s.inputs) + size_t(k)]) * in[k];
    for (int64_t k = 0; k < H; ++k)
      from_hidden += double(w_hh[row * size_t(H) + size_t(k)]) * h_before[k];
    return {from_input, from_hidden};
  }
  // Sequence n's next h_j, and c_j in place.
  double next(int64_t j, const float* in, const double* h_before, double& c_j, bool biases) const {
    const auto parts = [&](int64_t g) { return gate(g, j, in, h_before, biases); };
    const auto sum = [&](int64_t g) { return parts(g).first + parts(g).second; };
    if (s.cell == Cell::tanh) return std::tanh(sum(0));
    if (s.cell == Cell::relu) return std::max(0., sum(0));
    if (s.cell == Cell::gru) {
      const double r = sigmoid(sum(0)), z = sigmoid(sum(1)),
                   n = std::tanh(parts(2).first + r * parts(2).second);
      return (1 - z) * n + z * h_before[j];
    }
    c_j = sigmoid(sum(1)) * c_j + sigmoid(sum(0)) * std::tanh(sum(2));
    return sigmoid(sum(3)) * std::tanh(c_j);
  }
  static double tolerance(double x) { return 4e-6 * (1 + std::fabs(x)); }
  void expect(bool biases) const {
    for (int64_t n = 0; n < s.batch; ++n) {
      std::vector<double> hidden(h0.begin() + n * H, h0.begin() + (n + 1) * H),
          cell(c0.begin() + n * H, c0.begin() + (n + 1) * H);
      for (int64_t k = 0; k < s.steps; ++k) {
        const int64_t row = (s.reverse ? s.steps - 1 - k : k) * s.batch + n;
        const std::vector<double> before = hidden;
        for (int64_t j = 0; j < H; ++j) {
          hidden[size_t(j)] =
              next(j, x.data() + row * s.inputs, before.data(), cell[size_t(j)], biases);
          ASSERT_NEAR(y[size_t(row * H + j)], hidden[size_t(j)], tolerance(hidden[size_t(j)]))
              << "step " << k;
        }
      }
      for (int64_t j = 0; j < H; ++j) {
        ASSERT_NEAR(h[size_t(n * H + j)], hidden[size_t(j)], tolerance(hidden[size_t(j)]));
        if (s.cell == Cell::lstm) {
          ASSERT_NEAR(c[size_t(n * H + j)], cell[size_t(j)], tolerance(cell[size_t(j)]));
        }
      }
    }
  }
};

TEST_P(Recurrent, EqualsTheFormulas) {
  for (const Cell cell : {Cell::lstm, Cell::gru, Cell::tanh, Cell::relu})
    for (const RecurrentShape& s : {RecurrentShape{cell, 1, 1, 1, 1, false},
                                    {cell, 5, 1, 7, 19, false},
                                    {cell, 4, 3, 5, 32, true},
                                    {cell, 3, 9, 20, 37, false},
                                    {cell, 0, 2, 3, 4, false}})
      for (const bool biases : {false, true}) {
        Layer layer(s);
        layer.run(biases);
        layer.expect(biases);
      }
}

TEST_P(Recurrent, ThreadCountDoesNotChangeABit) {
  for (const Cell cell : {Cell::lstm, Cell::gru}) {
    Layer one({cell, 6, 11, 40, 150, false}), many(one);
    set_num_threads(1);
    one.run(true);
    set_num_threads(5);
    many.run(true);
    EXPECT_EQ(one.y, many.y);
    EXPECT_EQ(one.c, many.c);
  }
}

}  // namespace
}  // namespace tealight::kernels
