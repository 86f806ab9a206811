// What a build for chosen models leaves out: TL_WITHOUT_DEFLATE and its kin, of
// tools/model_operators.py's FEATURES. Whole builds define none.
#pragma once
#if TL_SELECTED
#include "selected_parts.inc"
#endif
