#include "ops/quantized/int8_layer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "kernels/pointwise/quantize.h"
#include "ops/copy.h"
#include "ops/packed.h"

namespace tealight {
namespace {

using namespace kernels;

// In range, and 0 where a file's scale is no number. A channel without weights may have a scale so
// small that its bias does not fit: what is added to the largest integer then wraps, as QNNPACK's.
int32_t rounded(float v) {
  constexpr float kEnd = 0x1p31f;
  using Limits = std::numeric_limits<int32_t>;
  if (v != v) return 0;
  return v >= kEnd ? Limits::max() : v <= -kEnd ? Limits::min() : int32_t(std::nearbyint(v));
}

// Where the elements of an input (N, C, ...) lie; missing dimensions have size 1.
struct InputPlaces {
  int64_t N, C, D = 1, H = 1, W = 1;
  int64_t n_step, c_step, d_step = 0, h_step = 0, w_step = 0;
  bool channels_last;

  explicit InputPlaces(const Fact& f)
      : N(f.sizes[0]), C(f.sizes[1]), n_step(f.strides[0]), c_step(f.strides[1]) {
    int64_t* const size[] = {&D, &H, &W};
    int64_t* const step[] = {&d_step, &h_step, &w_step};
    const size_t dims = f.sizes.size() - 2;
    for (size_t i = 0; i < dims; ++i)
      *size[3 - dims + i] = f.sizes[2 + i], *step[3 - dims + i] = f.strides[2 + i];
    const auto is = [](int64_t n, int64_t have, int64_t want) { return n <= 1 || have == want; };
    channels_last = is(C, c_step, 1) && is(W, w_step, C) && is(H, h_step, W * C) &&
                    is(D, d_step, H * W * C) && is(N, n_step, D * H * W * C);
  }
  int64_t bytes() const { return N * C * D * H * W; }

  void gather(const uint8_t* x, uint8_t* y) const {
    parallel_for(0, N * D * H, 65536 / (W * C + 1) + 1, [&](int64_t row, int64_t end) {
      for (; row < end; ++row) {
        const int64_t h = row % H, d = row / H % D, n = row / H / D;
        const uint8_t* const from = x + n * n_step + d * d_step + h * h_step;
        uint8_t* const to = y + row * W * C;
        for (int64_t c = 0; c < C; ++c)
          for (int64_t w = 0; w < W; ++w) to[w * C + c] = from[w * w_step + c * c_step];
      }
    });
  }
};

void flip_all(int64_t n, const uint8_t* x, uint8_t* y) {
  parallel_for(0, n, 1 << 17, [&](int64_t i, int64_t end) { flip_signs(end - i, x + i, y + i); });
}

}  // namespace

WeightChannels::WeightChannels(const Tensor& w, int64_t n) {
  TL_CHECK(w.is_quantized() && w.quantizer(), "quantized layer: the weight is not quantized");
  const Quantizer& q = *w.quantizer();
  if (!q.per_channel()) {
    scales.assign(size_t(n), float(q.scale));
    zeros.assign(size_t(n), int32_t(q.zero_point));
    return;
  }
  TL_CHECK(int64_t(q.scales.size()) == n && q.zero_points.size() == q.scales.size(),
           "quantized layer: the weight has ", q.scales.size(), " scales and ",
           q.zero_points.size(), " zero points for ", n, " output channels");
  scales.assign(q.scales.begin(), q.scales.end());
  zeros.assign(q.zero_points.begin(), q.zero_points.end());
}
bool WeightChannels::centred() const {
  return std::all_of(zeros.begin(), zeros.end(), [](int32_t z) { return z == 0; });
}

Int8Finish::Int8Finish(const WeightChannels& c, const std::optional<Tensor>& given, double x_scale,
                       const QuantizedOutput& out, bool is_signed)
    : zero_point(int32_t(out.zero_point)), min(is_signed ? -128 : 0), max(is_signed ? 127 : 255) {
  if (out.relu) min = std::max(min, zero_point);
  const auto quantized = [&, lo = float(min), hi = float(max)](float real) {
    const float q = std::nearbyint(real * (1.f / float(out.scale))) + float(zero_point);
    return int32_t(std::fmin(hi, std::fmax(lo, q)));
  };
  min = std::max(min, quantized(out.min));
  max = std::min(max, quantized(out.max));
  const Tensor b = given ? contiguous(converted(*given, kFloat)) : Tensor();
  TL_CHECK(!b.defined() || b.numel() == int64_t(c.scales.size()), "quantized layer: a bias of ",
           b.numel(), " numbers for ", c.scales.size(), " output channels");
  for (size_t i = 0; i < c.scales.size(); ++i) {
    const float unit = float(x_scale) * c.scales[i];
    multiplier.push_back(unit * (1.f / float(out.scale)));
    bias.push_back(b.defined() ? rounded(b.as<float>()[i] / unit) : 0);
  }
}

void check_int8_activation(const char* op, const Fact& x) {
  TL_CHECK(x.dtype == kQUInt8 || x.dtype == kQInt8, op,
           ": expected an 8-bit quantized input, but got ", x.dtype,
           "\n  fix: quantize it first (torch.quantize_per_tensor, or a QuantStub in the model)");
  TL_CHECK(x.quantizer && !x.quantizer->per_channel(), op,
           ": the input must be quantized per tensor");
}

intrusive_ptr<Storage> pack_int8_weights(const ConvInt8Plan& plan, const Tensor& w,
                                         const WeightChannels& c, std::string_view geometry) {
  const std::string recipe = str("int8;", plan.weights_kind(), ";", geometry);
  return packed_weights(w, recipe, plan.weights_bytes, [&](void* to) {
    conv_int8_pack_weights(plan, w.as<int8_t>(), c.zeros.data(), 1, to);
  });
}

// qint8 runs as quint8 moved by 128, results too.
Kernel int8_kernel(const ConvInt8Plan& plan, intrusive_ptr<Storage> packed,
                   const WeightChannels& channels, const std::optional<Tensor>& bias, const Fact& x,
                   const QuantizedOutput& out) {
  const bool is_signed = x.dtype == kQInt8;
  const int32_t move = is_signed ? 128 : 0;
  const Int8Finish f(channels, bias, x.quantizer->scale, out, is_signed);
  const auto memory = make_intrusive<Storage>(plan.epilogue_bytes);
  const Int8Epilogue e = conv_int8_epilogue(
      plan, packed->data(), int32_t(x.quantizer->zero_point) + move,
      {f.multiplier.data(), 1, f.bias.data(), f.zero_point + move, f.min + move, f.max + move},
      memory->data());
  const InputPlaces places(x);
  const size_t copy = is_signed || !places.channels_last ? size_t(round_up(places.bytes(), 64)) : 0;
  const int64_t results = plan.shape.batch * plan.shape.out_size() * plan.shape.out_channels;
  return Kernel(
      [plan, packed, memory, e, places, is_signed, copy, results](const Pointers& p) {
        const uint8_t* in = p.in<uint8_t>(0);
        if (!places.channels_last) {
          places.gather(in, p.scratch<uint8_t>());
          in = p.scratch<uint8_t>();
        }
        if (is_signed) {
          flip_all(places.bytes(), in, p.scratch<uint8_t>());
          in = p.scratch<uint8_t>();
        }
        conv_int8(plan, in, packed->data(), e, p.out<uint8_t>(), p.scratch<void>(copy));
        if (is_signed) flip_all(results, p.out<uint8_t>(), p.out<uint8_t>());
      },
      copy + plan.scratch_bytes);
}

}  // namespace tealight
