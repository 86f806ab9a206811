// The records that say which line of the author's program an instruction comes from
// (_save_mobile_debug_info=True).
#pragma once
#include "format/ptl_zip/zip.h"
#include "graph/code.h"

namespace tealight {

/// Fills file.debug and every function's debug_handles, if the archive has such records. A damaged
/// one is a warning: the model runs without.
void read_debug_records(const ZipFile&, ModelFile& file);

}  // namespace tealight
