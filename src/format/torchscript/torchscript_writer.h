// Writes full TorchScript archives, as torch.jit.save does: see torchscript.h.
#pragma once
#include "format/byte_sink.h"
#include "format/write_options.h"
#include "graph/code.h"

namespace tealight {

/// A model that has its program (ReadOptions::keep_program). `root` is the archive's folder
/// (archive_root). PyTorch 1.10 and newer read it. Throws Error naming what has no such form.
TL_API void write_torchscript(const ModelFile&, ByteSink&, const std::string& root,
                              const WriteOptions& = {});

}  // namespace tealight
