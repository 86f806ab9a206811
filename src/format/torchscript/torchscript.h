// Full TorchScript archives, as torch.jit.save and ScriptModule.save write them:
//   data.pkl, data/<n>            the root module and its tensors
//   constants.pkl, constants/<n>  what the program calls CONSTANTS.c0, c1, ...
//   code/**.py                    the program, a file for each prefix of qualified names
//   version                       of the operators
#pragma once
#include "format/ptl_zip/zip.h"
#include "graph/code.h"

namespace tealight {

ModelFile read_torchscript(const ZipFile&);
/// Those with model.json, of PyTorch 1.0 to 1.2: see old_archive.cpp.
ModelFile read_old_torchscript(const ZipFile&);

}  // namespace tealight
