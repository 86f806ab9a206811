#include "kernels/attention/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"
#include "kernels/testing.h"

namespace tealight::kernels {
namespace {

auto noise(int64_t n, unsigned seed) { return kernels::noise(n, seed, 2); }

TL_TEST_EACH_ISA(Attention);

// Queries, keys and values side by side in (batch, token, 3, head, size), as one linear layer gives
// them, if they are equal in number and size; else apart. The result is (batch, token, head, size).
struct Heads {
  AttentionShape s;
  std::vector<float> q, k, v;
  const float *k_data, *v_data;
  Heads(int64_t B, int64_t H, int64_t T, int64_t S, int64_t D, int64_t E) {
    const bool joined = T == S && D == E;
    const HeadStrides side_by_side{T * 3 * H * D, D, 3 * H * D};
    s = {B,
         H,
         T,
         S,
         D,
         E,
         {T * H * D, D, H * D},
         {H * S * D, S * D, D},
         {S * H * E, E, H * E},
         {T * H * E, E, H * E},
         0.37f};
    if (joined) s.q = s.k = s.v = side_by_side;
    q = noise(B * T * H * D * (joined ? 3 : 1), 1);
    k = noise(B * S * H * D, 2), v = noise(B * S * H * E, 3);
    k_data = joined ? q.data() + H * D : k.data();
    v_data = joined ? q.data() + 2 * H * D : v.data();
  }
  double score(int64_t b, int64_t h, int64_t i, int64_t j, const AttentionMask& m) const {
    double sum = 0;
    for (int64_t d = 0; d < s.size; ++d)
      sum += double(q[size_t(b * s.q.batch + h * s.q.head + i * s.q.token + d)]) *
             k_data[b * s.k.batch + h * s.k.head + j * s.k.token + d];
    sum *= s.scale;
    const int64_t at = b * m.batch + h * m.head + i * m.query + j * m.key;
    if (m.data && m.bytes) return static_cast<const bool*>(m.data)[at] ? sum : -HUGE_VAL;
    return m.data ? sum + static_cast<const float*>(m.data)[at] : sum;
  }
  double want(int64_t b, int64_t h, int64_t i, int64_t e, const AttentionMask& m) const {
    double most = -HUGE_VAL, below = 0, above = 0;
    for (int64_t j = 0; j < s.keys; ++j) most = std::max(most, score(b, h, i, j, m));
    for (int64_t j = 0; j < s.keys; ++j) {
      const double w = std::exp(score(b, h, i, j, m) - most);
      below += w, above += w * v_data[b * s.v.batch + h * s.v.head + j * s.v.token + e];
    }
    return above / below;
  }
  std::vector<float> run(const AttentionMask& mask, int threads = 1) const {
    std::vector<float> out(size_t(s.batch * s.out.batch), 77.f);
    std::vector<std::byte> scratch(attention_scratch_bytes(s, threads));
    attention_f32(s, threads, q.data(), k_data, v_data, mask, out.data(), scratch.data());
    return out;
  }
  void expect(const std::vector<float>& got, const AttentionMask& mask) const {
    for (int64_t b = 0; b < s.batch; ++b)
      for (int64_t h = 0; h < s.heads; ++h)
        for (int64_t i = 0; i < s.queries; ++i)
          for (int64_t e = 0; e < s.value_size; ++e)
            ASSERT_NEAR(got[size_t(b * s.out.batch + h * s.out.head + i * s.out.token + e)],
                        want(b, h, i, e, mask), 4e-6)
                << b << "," << h << "," << i << "," << e << " of " << s.queries << "x" << s.keys;
  }
};

TEST_P(Attention, EqualsTheFormula) {
  const int64_t sizes[][6] = {{1, 1, 1, 1, 1, 1},    {2, 3, 5, 5, 8, 8},     {1, 2, 17, 17, 64, 64},
                              {2, 2, 49, 33, 24, 7}, {1, 1, 3, 100, 33, 50}, {1, 3, 61, 61, 20, 20},
                              {1, 2, 1, 300, 16, 16}};
  for (const auto& [B, H, T, S, D, E] : sizes) {
    const Heads heads(B, H, T, S, D, E);
    heads.expect(heads.run({}), {});
  }
}

TEST_P(Attention, MasksAreAddedOrTakeOut) {
  const Heads heads(2, 3, 30, 21, 16, 16);
  std::vector<float> added = noise(2 * 30 * 21, 5);
  added[4] = added[30 * 21 + 20] = -HUGE_VALF;
  const AttentionMask per_query{added.data(), false, 30 * 21, 0, 21, 1};
  heads.expect(heads.run(per_query), per_query);
  const AttentionMask per_head{added.data(), false, 0, 40, 0, 0};
  heads.expect(heads.run(per_head), per_head);
  bool keep[2 * 21];
  for (int i = 0; i < 42; ++i) keep[i] = i % 4 != 1;
  const AttentionMask padding{keep, true, 21, 0, 0, 1};
  heads.expect(heads.run(padding), padding);
}

TEST_P(Attention, TakenOutValuesCountForNothing) {
  Heads heads(1, 1, 4, 20, 8, 8);
  const std::vector<float> before = heads.run({});
  bool keep[20];
  for (int i = 0; i < 20; ++i) keep[i] = i < 10;
  const AttentionMask mask{keep, true, 0, 0, 0, 1};
  const std::vector<float> got = heads.run(mask);
  for (int64_t i = 80; i < 160; ++i) heads.v[size_t(i)] = 1e30f;
  EXPECT_EQ(got, heads.run(mask));
  EXPECT_NE(got, before);
}

TEST_P(Attention, NothingLeftOrNaNGivesNaN) {
  Heads heads(1, 1, 3, 20, 8, 8);
  std::vector<float> mask(3 * 20, 0.f);
  for (int i = 0; i < 20; ++i) mask[size_t(20 + i)] = -HUGE_VALF;
  mask[40] = NAN;
  const std::vector<float> got = heads.run({mask.data(), false, 0, 0, 20, 1});
  for (int e = 0; e < 8; ++e) {
    EXPECT_FALSE(std::isnan(got[size_t(e)]));
    EXPECT_TRUE(std::isnan(got[size_t(8 + e)]));
    EXPECT_TRUE(std::isnan(got[size_t(16 + e)]));
  }
}

TEST_P(Attention, GreatScoresDoNotOverflow) {
  Heads heads(1, 1, 5, 40, 8, 8);
  heads.s.scale = 300;
  const std::vector<float> got = heads.run({});
  for (int64_t i = 0; i < 5; ++i)
    for (int64_t e = 0; e < 8; ++e)
      EXPECT_NEAR(got[size_t(i * 8 + e)], heads.want(0, 0, i, e, {}), 2e-3);
}

TEST_P(Attention, ThreadCountDoesNotChangeABit) {
  const Heads heads(1, 3, 70, 70, 24, 24);
  const std::vector<float> one = heads.run({}, 1);
  set_num_threads(5);
  for (int threads : {2, 5}) EXPECT_EQ(one, heads.run({}, threads));
}

}  // namespace
}  // namespace tealight::kernels
