// Depthwise convolution of channels-last bytes on 8-bit dot products.
//
// Four neighbouring pixels of a row, interleaved to [channel][4 pixels], are what one instruction
// multiplies by four taps of every channel and sums. The same four pixels serve several outputs:
// with a 3-wide kernel output 0 takes the taps (a, b, c, 0) and output 1 the taps (0, a, b, c).
#pragma once
#include "kernels/conv/conv.h"
#include "kernels/gemm/dot8_vectors.h"

namespace tealight::kernels {

/// Null if depthwise_dot8 takes the shape on this kind of instruction, else why not.
const char* depthwise_dot8_refuses(const ConvShape&, unsigned dot8);

struct DepthwiseDot8 {
  const ConvShape* shape;
  unsigned dot8;
  int64_t quads, outputs;  // groups of four pixels in a row of the window; outputs that share them
  DepthwiseDot8(const ConvShape&, unsigned dot8);

  /// Channels are taken in chunks of 64, 32 or 16, the last of which may overlap the one before.
  /// Every chunk has its channels in the order that interleaving leaves: slots.
  int64_t chunks() const;
  int64_t slots() const;
  /// f(chunk's first slot, first channel, width)
  void for_each_chunk(FunctionRef<void(int64_t slot, int64_t channel, int64_t width)> f) const;
  /// f(slot, channel)
  void for_each_slot(FunctionRef<void(int64_t slot, int64_t channel)> f) const;

  /// Weights, then the sum of each slot's weights.
  size_t weights_bytes() const;
  void pack(FunctionRef<int8_t(int64_t channel, int64_t tap)> weight, void* packed) const;
  const int32_t* sums(const void* packed) const;

  /// start, scale: of each slot. padding: a pixel of the input's zero point.
  void run(const uint8_t* x, const void* packed, const int32_t* start, const float* scale,
           const uint8_t* padding, ByteRange range, uint8_t* y) const;

 private:
  int64_t vectors_of_row() const;  // a chunk's vectors of weights / 4 for one row of the window
};

}  // namespace tealight::kernels
