// Bytes16: NEON with the dot-product extension. sdot multiplies signed bytes only, so activations
// are moved by 128 on their way in; packing adds 128 times the weights' sums to the bias
// (kDot8Offset). Included by dot8_vectors.h inside of a namespace; dot8_x86.h says what each does.
struct Bytes16 {
  using V = int32x4_t;
  static constexpr int width = 16, lanes = 4;

  TL_INLINE static V load(const void* p) { return vld1q_s32(static_cast<const int32_t*>(p)); }
  TL_INLINE static void store(void* p, V v) { vst1q_s32(static_cast<int32_t*>(p), v); }
  TL_INLINE static V moved(uint8x16_t x) {
    return vreinterpretq_s32_u8(veorq_u8(x, vdupq_n_u8(128)));
  }
  TL_INLINE static V repeat4(const uint8_t* p) {
    uint32_t four;
    std::memcpy(&four, p, 4);
    return moved(vreinterpretq_u8_u32(vdupq_n_u32(four)));
  }
  TL_INLINE static V dot(V sum, V a, V b) {
    return vdotq_s32(sum, vreinterpretq_s8_s32(a), vreinterpretq_s8_s32(b));
  }
  TL_INLINE static void interleave4(const uint8_t* const p[4], V out[4]) {
    const uint8x16_t a = vld1q_u8(p[0]), b = vld1q_u8(p[1]), c = vld1q_u8(p[2]), d = vld1q_u8(p[3]);
    const uint16x8_t ab_low = vreinterpretq_u16_u8(vzip1q_u8(a, b)),
                     ab_high = vreinterpretq_u16_u8(vzip2q_u8(a, b));
    const uint16x8_t cd_low = vreinterpretq_u16_u8(vzip1q_u8(c, d)),
                     cd_high = vreinterpretq_u16_u8(vzip2q_u8(c, d));
    out[0] = moved(vreinterpretq_u8_u16(vzip1q_u16(ab_low, cd_low)));
    out[1] = moved(vreinterpretq_u8_u16(vzip2q_u16(ab_low, cd_low)));
    out[2] = moved(vreinterpretq_u8_u16(vzip1q_u16(ab_high, cd_high)));
    out[3] = moved(vreinterpretq_u8_u16(vzip2q_u16(ab_high, cd_high)));
  }
  static constexpr int channel(int i, int lane) { return i * 4 + lane; }

  TL_INLINE static V round(V sum, const float* scale) {
    return vcvtnq_s32_f32(vmulq_f32(vcvtq_f32_s32(sum), vld1q_f32(scale)));
  }
  TL_INLINE static uint8x16_t to_bytes(const V v[4], kernels::ByteRange r) {
    const int16x8_t zero = vdupq_n_s16(r.zero_point);
    const int16x8_t low = vcombine_s16(vqmovn_s32(v[0]), vqmovn_s32(v[1]));
    const int16x8_t high = vcombine_s16(vqmovn_s32(v[2]), vqmovn_s32(v[3]));
    const uint8x16_t x =
        vcombine_u8(vqmovun_s16(vqaddq_s16(low, zero)), vqmovun_s16(vqaddq_s16(high, zero)));
    return vminq_u8(vmaxq_u8(x, vdupq_n_u8(r.min)), vdupq_n_u8(r.max));
  }
  TL_INLINE static V pack4(const V v[4], kernels::ByteRange r) {
    return vreinterpretq_s32_u8(to_bytes(v, r));
  }
  TL_INLINE static void store_real(float* to, V sum, const float* scale, const float* bias,
                                   float least) {
    const float32x4_t x = vmulq_f32(vcvtq_f32_s32(sum), vld1q_f32(scale));
    vst1q_f32(to, vmaxnmq_f32(vaddq_f32(x, vld1q_f32(bias)), vdupq_n_f32(least)));
  }
  TL_INLINE static void store_rows(const V a[2], const V b[2], kernels::ByteRange r, uint8_t* to_a,
                                   uint8_t* to_b) {
    const V all[4] = {a[0], a[1], b[0], b[1]};
    const uint8x16_t x = to_bytes(all, r);
    vst1_u8(to_a, vget_low_u8(x));
    vst1_u8(to_b, vget_high_u8(x));
  }
};
using Bytes = Bytes16;
using HalfBytes = Bytes16;
