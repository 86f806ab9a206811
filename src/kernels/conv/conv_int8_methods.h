// The ways to compute a quantized convolution, for conv_int8.cpp.
#pragma once
#include "kernels/conv/conv_int8.h"

namespace tealight::kernels {

struct Int8Output {  // either
  uint8_t* bytes;
  float* reals;
};

// 16-bit pairs
size_t pairs_weights_bytes(const ConvInt8Plan&);
size_t pairs_scratch_bytes(const ConvInt8Plan&);
void pairs_pack(const ConvInt8Plan&, FunctionRef<int32_t(int64_t o, int64_t c, int64_t tap)> weight,
                void* packed);
void pairs_run(const ConvInt8Plan&, const uint8_t* x, const void* packed, const Int8Epilogue&,
               Int8Output y, void* scratch);

// 8-bit dot products
void dot8_plan(ConvInt8Plan&);  // run, taps, padded and sizes
void dot8_pack(const ConvInt8Plan&, FunctionRef<int8_t(int64_t o, int64_t c, int64_t tap)> weight,
               void* packed);
/// Channels in the kernel's order: f(slot, channel, sum of its weights).
void dot8_for_each_slot(const ConvInt8Plan&, const void* packed,
                        FunctionRef<void(int64_t slot, int64_t channel, int32_t sum)> f);
int64_t dot8_slots(const ConvInt8Plan&);
void dot8_run(const ConvInt8Plan&, const uint8_t* x, const void* packed, const Int8Epilogue&,
              Int8Output y, void* scratch);

}  // namespace tealight::kernels
