// NumPy's .npz: a zip of .npy files, as numpy.savez writes it.
#pragma once
#include "format/checkpoint/state_dict.h"

namespace tealight {

/// In the order of the archive; names without ".npy".
TL_API StateDict read_npz(const ByteSource&);
TL_API void write_npz(const StateDict&, ByteSink&);

}  // namespace tealight
