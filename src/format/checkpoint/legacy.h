// torch.save's stream before PyTorch 1.6.
#pragma once
#include "format/byte_source.h"
#include "format/options.h"
#include "tealight/value.h"

namespace tealight {

/// The object that was saved, as data.
Value read_legacy_checkpoint(const ByteSource&, const ReadOptions&);

}  // namespace tealight
