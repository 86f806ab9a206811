// The records that say which line of the author's program an instruction comes from
// (_save_mobile_debug_info=True).
#pragma once
#include <optional>

#include "format/ptl_zip/zip.h"
#include "graph/code.h"

namespace tealight {

/// Fills file.debug and every function's debug_handles, if the archive has such records. A damaged
/// one is a warning: the model runs without.
void read_debug_records(const ZipFile&, ModelFile& file);

/// PyTorch 1.12 and newer write the records of places in a format that names itself; absent when the
/// archive has none of them.
std::optional<bool> writer_is_1_12_or_newer(const ZipFile&);

}  // namespace tealight
